/**
 * `npm run test:compose`: builds a fresh clone, then runs the container tests one file after another. Needs a Docker Engine.
 *
 *     npm run test:compose -- outages     only test files whose name contains one of these
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CommandError } from './command.mjs'
import { prepare } from './prepare.mjs'

const FOLDER = 'e2e/dist/compose'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const only = process.argv.slice(2)
try {
  await prepare()
} catch (error) {
  process.stderr.write(`\n${error instanceof CommandError ? error.output.trim() : error.stack}\n`)
  process.exit(1)
}
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => only.length === 0 || only.some((part) => name.includes(part)))
if (files.length === 0) {
  process.stderr.write(`No test file of e2e/compose has ${only.join(' or ')} in its name.\n`)
  process.exit(1)
}
const options = ['--test', '--test-concurrency=1', '--test-reporter=spec']
const paths = files.map((name) => `${FOLDER}/${name}`)
process.exit(spawnSync(process.execPath, [...options, ...paths], { stdio: 'inherit' }).status ?? 1)
