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
  /** Scripts of the root `package.json` that are run beside the tests: lint, types. */
  readonly checks?: readonly string[]
  /** Without tests that start a database, a service or a browser. */
  readonly quick?: boolean
  /** Only test files whose path contains one of these. Default: all. */
  readonly only?: readonly string[]
  /** For the stories: the browser that they use. Called when they are run. */
  readonly findBrowser: () => Promise<string>
}

const isStory = (name: string): boolean => /^e2e\/stories(\/|$)/.test(name)

/**
 * Runs the checks, the tests that need a server, the stories in a browser, and beside those the other tests. Never rejects
 * for a failed test.
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
  // The checks go on meanwhile; whatever needs it hears of a failure.
  environment.catch(() => {})
  try {
    const stories = async () => {
      const browser = { CHROMIUM_PATH: await findBrowser() }
      return [{ name: 'e2e', ...(await runStories(root, { ...(await environment).env, ...browser }, wantedStories)) }]
    }
    const batches = batchesOf(files)
    const isQuick = ([file]: TestFile[]) => !file?.needsServer
    const run = (batch: TestFile[]) => async () => runBatch(batch, root, (await environment).env)
    const jobs = [
      ...checks.map((script) => async () => [await runCheck(script, root)]),
      ...batches.filter((batch) => !isQuick(batch)).map(run),
      ...(withStories ? [stories] : []),
      ...batches.filter(isQuick).map(run),
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
