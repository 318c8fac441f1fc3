import { countsOf, type Part, seconds } from './report.js'
import { runCheck } from './run-check.js'
import { openRunEnvironment } from './run-environment.js'
import { runInParallel } from './run-in-parallel.js'
import { runStories } from './stories.js'
import { runTestFiles } from './test-file-process.js'
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

const isStory = (name: string): boolean => /^e2e\/stories(\/|$)/.test(name)

/**
 * Runs the browser tests, checks and test files, those with a server first. Never rejects because of a failed test.
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

  const parts: Part[] = []
  const environment = openRunEnvironment()
  // Jobs that await the environment report its failure. The checks do not need it.
  environment.catch(() => {})
  try {
    const stories = async () => {
      const browser = { CHROMIUM_PATH: await findBrowser() }
      return [{ name: 'e2e', ...(await runStories(root, { ...(await environment).env, ...browser }, wantedStories)) }]
    }
    const batches = batchesOf(files)
    const run = (batch: TestFile[]) => async () => runBatch(batch, root, (await environment).env)
    // The longest job starts first and short ones come last, so that all workers end at about the same time.
    const jobs = [
      ...(withStories ? [stories] : []),
      ...checks.map((script) => async () => [await runCheck(script, root)]),
      ...batches.map(run),
    ]
    await runInParallel(jobs, async (job) => {
      parts.push(...(await job()))
    })
  } finally {
    await (await environment).close()
  }
  return parts
}

async function runBatch(batch: TestFile[], root: string, env: NodeJS.ProcessEnv): Promise<Part[]> {
  const results = await runTestFiles(batch, root, env)
  for (const { file, events, milliseconds } of results) {
    const { passed, failed, skipped } = countsOf(events)
    const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
    process.stdout.write(
      `  ${failed > 0 ? '✗' : '✓'} ${file.name}: ${counts.filter(Boolean).join(', ')}, ${seconds(milliseconds)}\n`,
    )
  }
  return results.map(({ file, events, output }) => ({ name: file.name, events, output }))
}
