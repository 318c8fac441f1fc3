import { countsOf, type Part, seconds } from './report.js'
import { runCheck } from './run-check.js'
import { openRunEnvironment } from './run-environment.js'
import { runInParallel } from './run-in-parallel.js'
import { runStories } from './stories.js'
import { runTestFile } from './test-file-process.js'
import { findTestFiles, type TestFile } from './test-files.js'

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

/** Runs the tests, as many files at once as there are cores, and then the stories in a browser. Never rejects for a failed test. */
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
  const stories = only.filter(isStory).map((name) => name.replace(/^e2e\//, ''))
  const withStories = !quick && (only.length === 0 || stories.length > 0)
  const storyFiles = stories.filter(Boolean)

  const parts: Part[] = []
  const { env, close } = await openRunEnvironment()
  try {
    const jobs = [
      ...checks.map((script) => () => runCheck(script, root)),
      ...files.map((file) => () => runFile(file, root, env)),
    ]
    await runInParallel(jobs, async (job) => {
      parts.push(await job())
    })
    if (withStories) {
      const browser = { CHROMIUM_PATH: await findBrowser() }
      parts.push({ name: 'e2e', ...(await runStories(root, { ...env, ...browser }, storyFiles)) })
    }
  } finally {
    await close()
  }
  return parts
}

async function runFile(file: TestFile, root: string, env: NodeJS.ProcessEnv): Promise<Part> {
  const { events, output, milliseconds } = await runTestFile(file, root, env)
  const { passed, failed, skipped } = countsOf(events)
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
  process.stdout.write(
    `  ${failed > 0 ? '✗' : '✓'} ${file.name}: ${counts.filter(Boolean).join(', ')}, ${seconds(milliseconds)}\n`,
  )
  return { name: file.name, events, output }
}
