import { countsOf, type Part, seconds } from './report.js'
import { runCheck } from './run-check.js'
import { openRunEnvironment } from './run-environment.js'
import { runInParallel } from './run-in-parallel.js'
import { runStories } from './stories.js'
import { type FileResult, runTestFiles } from './test-file-process.js'
import { batchesOf, findTestFiles, type TestFile } from './test-files.js'

export interface RunOptions {
  /** The folder of the repository. */
  readonly root: string
  /** Scripts of the root `package.json` to run with the tests: lint, types. */
  readonly checks?: readonly string[]
  /** Skips tests that start a database, a service or a browser. */
  readonly quick?: boolean
  /** Only test files whose path contains one of these. Default: all. */
  readonly only?: readonly string[]
  /** Returns the browser of the end-to-end tests. Called only if they run. */
  readonly findBrowser: () => Promise<string>
}

const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const INTERRUPTED = 130

const isStory = (name: string): boolean => /^e2e\/stories(\/|$)/.test(name)

/**
 * Runs the browser tests, checks and test files, those with a server first. Never rejects because of a failed test. At Ctrl-C or
 * SIGTERM it stops what it started, and exits with 130.
 */
export async function runTests({
  root,
  checks = [],
  quick = false,
  only = [],
  findBrowser,
}: RunOptions): Promise<Part[]> {
  const wanted = only.filter((name) => !isStory(name))
  const files = findTestFiles(root)
    .filter(({ needsServer }) => !quick || !needsServer)
    .filter(({ name }) => only.length === 0 || wanted.some((part) => name.includes(part)))
  const wantedStories = only.filter(isStory).map((name) => name.replace(/^e2e\//, ''))
  const withStories = !quick && (only.length === 0 || wantedStories.length > 0)

  const interruption = new AbortController()
  const { signal } = interruption
  const interrupt = () => interruption.abort()
  for (const name of INTERRUPTIONS) process.on(name, interrupt)

  const parts: Part[] = []
  const environment = openRunEnvironment()
  // Jobs that await the environment report its failure. The checks do not need it.
  environment.catch(() => {})
  try {
    const stories = async () => {
      const browser = { CHROMIUM_PATH: await findBrowser() }
      const { env } = await environment
      return [{ name: 'e2e', ...(await runStories(root, { ...env, ...browser }, wantedStories, signal)) }]
    }
    const batches = batchesOf(files)
    const run = (batch: TestFile[]) => async () =>
      partsOf(await runTestFiles(batch, root, (await environment).env, signal))
    // The longest job starts first and short ones come last, so that all workers end at about the same time.
    const jobs = [
      ...(withStories ? [stories] : []),
      ...checks.map((script) => async () => [await runCheck(script, root, signal)]),
      ...batches.map(run),
    ]
    await runInParallel(jobs, signal, async (job) => {
      parts.push(...(await job()))
    })
  } finally {
    await (await environment).close()
    for (const name of INTERRUPTIONS) process.off(name, interrupt)
  }
  if (signal.aborted) process.exit(INTERRUPTED)
  return parts
}

function partsOf(results: readonly FileResult[]): Part[] {
  for (const { file, events, milliseconds } of results) {
    const { passed, failed, skipped } = countsOf(events)
    const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
    process.stdout.write(
      `  ${failed > 0 ? '✗' : '✓'} ${file.name}: ${counts.filter(Boolean).join(', ')}, ${seconds(milliseconds)}\n`,
    )
  }
  return results.map(({ file, events, output }) => ({ name: file.name, events, output }))
}
