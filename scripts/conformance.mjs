/** `npm run conformance -- --url …`: sends attacks to a running verifier. Without options it prints all of them. */
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
await prepare()
const { run } = await import('../packages/auth/dist/conformance/runner/run.js')
process.exit(await run(process.argv.slice(2), (text) => process.stdout.write(`${text}\n`)))
