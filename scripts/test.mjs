/**
 * `npm test`: builds a fresh clone, then runs lint, type checks, every test file and the browser tests, and prints the counts.
 *
 *     npm test                        everything except container tests
 *     npm run test:quick              lint, types, and the tests that start no process
 *     npm test -- apps/bank e2e/stories/token.spec.ts     only test files whose path contains one of these
 */
import { fileURLToPath } from 'node:url'
import { CommandError } from './command.mjs'
import { prepare } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const quick = process.argv.includes('--quick')
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

try {
  await prepare()
  const { countsOf, reportOf, runTests } = await import('@signet/testing/runner')
  const { findChromium } = await import('./chromium.mjs')
  const checks = only.length === 0 ? ['lint'] : []
  process.stdout.write('\nChecks and tests\n')
  const parts = await runTests({ root, checks, quick, only, findBrowser: findChromium })
  process.stdout.write(`${reportOf(parts)}\n`)
  const { passed, failed } = countsOf(parts.flatMap(({ events }) => events))
  process.exit(failed > 0 || passed === 0 ? 1 : 0)
} catch (error) {
  process.stderr.write(`\n${error instanceof CommandError ? error.output.trim() : error.stack}\n`)
  process.exit(1)
}
