import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export interface TestFile {
  /** The source, from the root of the repository. */
  readonly name: string
  /** What Node.js runs: the source itself, or what it was compiled to. */
  readonly path: string
  /** It starts a database, a service or a browser. */
  readonly needsServer: boolean
  /** Files with the same name of it can run in one process. Undefined: it runs alone. */
  readonly sharedProcess: string | undefined
  /** Of the file and what it imports from its own folder: a guess at how long it takes. */
  readonly bytes: number
}

/** Where tests stand. What is below `deploy/test` needs containers, but for its settings. */
const FOLDERS = ['packages', 'apps', 'prisma', 'examples', 'bench', 'e2e', 'deploy']
const IS_TEST = /\.test\.(ts|tsx|mjs)$/
const NEEDS_CONTAINERS = /^deploy\/test\/(?!settings\.)/
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'generated', 'src'])

/** Finds the test files below `root`, those that start something first: they take longest. Then the large ones. */
export function findTestFiles(root: string): TestFile[] {
  const names = FOLDERS.flatMap((folder) => filesBelow(join(root, folder)))
    .map((path) => relative(root, path))
    .filter((name) => IS_TEST.test(name) && !NEEDS_CONTAINERS.test(name))
  return names
    .map((name) => {
      const path = join(root, compiled(name))
      const texts = textsOf(path)
      const bytes = texts.reduce((sum, { length }) => sum + length, 0)
      const needsServer = texts.some((text) => STARTS.test(text))
      const runsAlone = needsServer || texts.some((text) => CHANGES_ITS_PROCESS.test(text))
      const sharedProcess = `${name.split('/test/')[0]}${FREEZES_THE_CLOCK.test(texts[0] ?? '') ? ', frozen' : ''}`
      return { name, path, needsServer, sharedProcess: runsAlone ? undefined : sharedProcess, bytes }
    })
    .sort((a, b) => Number(b.needsServer) - Number(a.needsServer) || b.bytes - a.bytes)
}

const FILES_IN_A_PROCESS = 10

/** What one process runs: one file, or several of one workspace. Loading what they import costs more than most of them. */
export function batchesOf(files: readonly TestFile[]): TestFile[][] {
  const batches: TestFile[][] = []
  const latest = new Map<string, TestFile[]>()
  for (const file of files) {
    const shared = file.sharedProcess === undefined ? undefined : latest.get(file.sharedProcess)
    if (shared && shared.length < FILES_IN_A_PROCESS) {
      shared.push(file)
      continue
    }
    const batch = [file]
    batches.push(batch)
    if (file.sharedProcess !== undefined) latest.set(file.sharedProcess, batch)
  }
  return batches
}

/** `apps/bank/test/x.test.ts` is compiled to `apps/bank/dist/test/x.test.js`. */
const compiled = (name: string): string =>
  name.endsWith('.mjs') ? name : name.replace(/^([^/]+\/[^/]+)\//, '$1/dist/').replace(/\.tsx?$/, '.js')

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesBelow(path)
    return [path]
  })
}

const LOCAL_IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g
/**
 * A hook outside of any suite would be every file's, and so would the process itself. An `after` is not among them: it runs
 * when all files have ended.
 */
const CHANGES_ITS_PROCESS = /^(before|beforeEach|afterEach)\(|\bprocess\.(pid|kill|exit|chdir)\b/m
const FREEZES_THE_CLOCK = /^freezeClock\(/m
const STARTS = /@signet\/testing|startEmbeddedServer|startServiceProcess|child_process/

/** The text of a file, and of each that it imports from beside it. */
function textsOf(path: string, seen = new Set<string>()): string[] {
  // A test may quote an import of a file that is nowhere.
  if (seen.has(path) || /\/src\//.test(path) || !existsSync(path)) return []
  seen.add(path)
  const text = readFileSync(path, 'utf8')
  const imported = [...text.matchAll(LOCAL_IMPORT)].map(([, target = '']) => resolve(dirname(path), target))
  return [text, ...imported.filter((file) => /\.m?js$/.test(file)).flatMap((file) => textsOf(file, seen))]
}
