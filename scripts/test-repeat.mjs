/**
 * `npm run test:repeat -- 5 [--beside 2] [FILE…]`: runs the tests five times and reports every test that failed at least once.
 *
 * `--beside 2` runs two busy processes meanwhile. FILEs select the test files whose path contains one of them.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CommandError } from './command.mjs'
import { prepare } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const { values, positionals } = parseArgs({ options: { beside: { type: 'string' } }, allowPositionals: true })
const [rounds, beside] = [positionals.shift() ?? '5', values.beside ?? '0'].map(Number)
if (!(Number.isInteger(rounds) && rounds >= 1 && Number.isInteger(beside) && beside >= 0)) {
  process.stderr.write('Usage: npm run test:repeat -- ROUNDS [--beside PROCESSES] [FILE…]\n')
  process.exit(1)
}

const busy = []
process.once('exit', () => {
  for (const child of busy) child.kill('SIGKILL')
})

try {
  await prepare()
  const { countsOf, reportOf, runTests } = await import('@signet/testing/runner')
  const { findChromium } = await import('./chromium.mjs')
  for (let n = 0; n < beside; n += 1) busy.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }))
  const failures = new Map()
  for (let round = 1; round <= rounds; round += 1) {
    process.stdout.write(`\nRound ${round} of ${rounds}\n`)
    const startedAt = performance.now()
    const parts = await runTests({ root, only: positionals, findBrowser: findChromium })
    const { passed, failed, skipped } = countsOf(parts.flatMap(({ events }) => events))
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    process.stdout.write(`Round ${round}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s\n`)
    if (failed > 0) process.stdout.write(`${reportOf(parts)}\n`)
    for (const { name, events } of parts) {
      for (const { type, path } of events) {
        const test = [name, ...path].join(' › ')
        if (type === 'failed') failures.set(test, [...(failures.get(test) ?? []), round])
      }
    }
  }
  process.stdout.write(`\n${rounds} rounds, ${failures.size} tests failed at least once\n`)
  for (const [test, failedIn] of failures) process.stdout.write(`  ✗ ${test}: round ${failedIn.join(', ')}\n`)
  process.exit(failures.size > 0 ? 1 : 0)
} catch (error) {
  process.stderr.write(`\n${error instanceof CommandError ? error.output.trim() : error.stack}\n`)
  process.exit(1)
}
