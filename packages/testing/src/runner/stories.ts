import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { FileEvent } from './events-reporter.js'

interface Suite {
  readonly title: string
  readonly suites?: readonly Suite[]
  readonly specs?: readonly {
    readonly title: string
    readonly tests: readonly {
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped'
      readonly results: readonly {
        readonly duration: number
        readonly errors: readonly { readonly message?: string }[]
      }[]
    }[]
  }[]
}

/** Runs the end-to-end tests of `e2e` in a browser: those in `files`, or all. Ends them when the signal aborts. */
export async function runStories(
  root: string,
  env: NodeJS.ProcessEnv,
  files: readonly string[],
  signal: AbortSignal,
): Promise<{ events: FileEvent[]; output: string }> {
  const results = join(root, 'e2e/test-results/results.json')
  rmSync(results, { force: true })
  const child = spawn(join(root, 'node_modules/.bin/playwright'), ['test', '--project=stories', ...files], {
    cwd: join(root, 'e2e'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // Playwright stops its browsers and the demo.
  const end = () => child.kill('SIGINT')
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      process.stdout.write(chunk)
      output += chunk
    })
  }
  const [code] = await once(child, 'close')
  const events = eventsOf(results)
  // For example when the global setup failed and no test ran.
  if ((code !== 0 || events.length === 0) && !events.some(({ type }) => type === 'failed')) {
    events.push({
      type: 'failed',
      path: ['(the whole run)'],
      milliseconds: 0,
      error: `Playwright ended with ${code}.`,
    })
  }
  return { events, output }
}

function eventsOf(results: string): FileEvent[] {
  let suites: readonly Suite[]
  try {
    suites = (JSON.parse(readFileSync(results, 'utf8')) as Suite).suites ?? []
  } catch (cause) {
    const error = `Playwright wrote no results: ${cause instanceof Error ? cause.message : cause}`
    return [{ type: 'failed', path: ['(the whole run)'], milliseconds: 0, error }]
  }
  const walk = (suite: Suite, above: readonly string[]): FileEvent[] => {
    const path = [...above, suite.title]
    const own = (suite.specs ?? []).flatMap(({ title, tests }) =>
      tests.map(({ status, results }): FileEvent => {
        const milliseconds = results.reduce((sum, { duration }) => sum + duration, 0)
        const at = { path: [...path, title], milliseconds }
        if (status === 'expected') return { type: 'passed', ...at }
        if (status === 'skipped') return { type: 'skipped', ...at }
        const errors = results.flatMap((result) => result.errors.map(({ message = '' }) => message))
        return { type: 'failed', ...at, error: errors.join('\n\n') || status }
      }),
    )
    return [...own, ...(suite.suites ?? []).flatMap((inner) => walk(inner, path))]
  }
  return suites.flatMap((suite) => walk(suite, []))
}
