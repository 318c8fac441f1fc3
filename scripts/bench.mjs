/** `npm run bench`: see bench/README.md. `-- --quick` takes under two minutes. */
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
await prepare()
const { bench } = await import('../bench/dist/src/bench.js')
await bench({ quick: process.argv.includes('--quick') })
process.exit(0)
