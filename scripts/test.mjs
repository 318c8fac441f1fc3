/**
 * `npm test`: from a fresh clone to the counts. Lint and types, then every test file, then the stories in a browser.
 *
 *     npm test                        everything but containers
 *     npm run test:quick              lint, types, and the tests that start nothing
 *     npm test -- apps/bank e2e/stories/token.spec.ts     only the test files whose path contains one of these
 */
import { fileURLToPath } from 'node:url'
import { CommandError, run } from './command.mjs'
import { prepare } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const quick = process.argv.includes('--quick')
const only = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

/** Lint and types as a part of the report: it passes, or it fails with what it printed. */
async function staticChecks() {
  process.stdout.write('\nLint and types\n')
  const startedAt = performance.now()
  const event = (more) => ({ path: [], milliseconds: performance.now() - startedAt, ...more })
  try {
    await run('npm', ['run', '--silent', 'lint'])
    await run('npm', ['run', '--silent', 'typecheck'])
    process.stdout.write('  ✓\n')
    return []
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    process.stdout.write('  ✗\n')
    return [{ name: 'lint and types', events: [event({ type: 'failed', error: error.output })], output: '' }]
  }
}

try {
  await prepare()
  const { countsOf, reportOf, runTests } = await import('@signet/testing/runner')
  const { findChromium } = await import('./chromium.mjs')
  const parts = only.length === 0 ? await staticChecks() : []
  process.stdout.write('\nTests\n')
  parts.push(...(await runTests({ root, quick, only, findBrowser: findChromium })))
  process.stdout.write(`${reportOf(parts)}\n`)
  const { passed, failed } = countsOf(parts.flatMap(({ events }) => events))
  process.exit(failed > 0 || passed === 0 ? 1 : 0)
} catch (error) {
  process.stderr.write(`\n${error instanceof CommandError ? error.output.trim() : error.stack}\n`)
  process.exit(1)
}
