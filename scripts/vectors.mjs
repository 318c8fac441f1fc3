/** `npm run vectors`: writes packages/auth/vectors from its tables. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { prepare } from './prepare.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
await prepare()
const { vectorFiles } = await import('../packages/auth/dist/conformance/write-vectors.js')
for (const [name, text] of vectorFiles()) writeFileSync(`packages/auth/vectors/${name}`, text)
