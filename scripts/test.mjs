/** `npm test`: from a fresh clone to the counts: lint, types, unit and integration tests, then the stories in a browser. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CommandError, run } from './command.mjs'
import { failingTests } from './failing-tests.mjs'
import { prepare } from './prepare.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const turbo = (...tasks) =>
  run('node_modules/.bin/turbo', ['run', ...tasks, '--continue=dependencies-successful', '--output-logs=new-only'], {
    onOutput: (chunk) => process.stdout.write(chunk),
  })

/** What node:test counted, added up over all packages. */
function unitCounts(output) {
  const sum = (word) =>
    [...output.matchAll(new RegExp(`ℹ ${word} (\\d+)`, 'g'))].reduce((total, [, count]) => total + Number(count), 0)
  return { passed: sum('pass'), failed: sum('fail') + sum('cancelled'), skipped: sum('skipped') + sum('todo') }
}

function storyCounts() {
  const { stats } = JSON.parse(readFileSync('e2e/test-results/results.json', 'utf8'))
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
}

/** Runs one part to its end, whatever it finds, so that one run shows everything that is wrong. */
async function part(name, work, counts) {
  process.stdout.write(`\n${name}\n`)
  let output = ''
  let failed = false
  try {
    output = await work()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    output = error.output
    failed = true
  }
  const counted = counts?.(output) ?? { passed: 0, failed: 0, skipped: 0 }
  return { name, output, failed: failed || counted.failed > 0, ...counted }
}

try {
  await prepare()
  const parts = [
    await part('Lint and types', () => turbo('lint', 'typecheck')),
    await part('Units and integration', () => turbo('test', 'test:scripts'), unitCounts),
    await part('Stories', () => turbo('e2e'), storyCounts),
  ]
  for (const { name, output } of parts.filter(({ failed }) => failed)) {
    process.stdout.write(`\nWhat failed of ${name}\n\n${failingTests(output)}`)
  }
  process.stdout.write('\n')
  for (const { name, failed, passed, skipped } of parts) {
    const numbers = passed + skipped > 0 ? `: ${passed} passed${skipped > 0 ? `, ${skipped} skipped` : ''}` : ''
    process.stdout.write(`  ${failed ? '✗' : '✓'} ${name}${numbers}\n`)
  }
  const total = (key) => parts.reduce((sum, counted) => sum + counted[key], 0)
  const broken = parts.filter(({ failed }) => failed).length
  // A part that fails before it counts anything is one failure.
  const failures = Math.max(total('failed'), broken)
  process.stdout.write(`\n${total('passed')} passed, ${failures} failed, ${total('skipped')} skipped\n`)
  process.exit(broken > 0 ? 1 : 0)
} catch (error) {
  process.stderr.write(`\n${error instanceof CommandError ? error.output.trim() : error.message}\n`)
  process.exit(1)
}
