import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export interface TestFile {
  /** Path of the source, relative to the repository. */
  readonly name: string
  /** Path of the compiled file, which Node.js runs. */
  readonly path: string
  /** Whether it starts a database, a service or a browser. */
  readonly needsServer: boolean
  /** Files with the same value share processes. Undefined: it runs alone. */
  readonly sharedProcess: string | undefined
  /** Size of the file and its local imports, as an estimate of its duration. */
  readonly bytes: number
}

const FOLDERS = ['packages', 'apps', 'prisma', 'examples', 'bench', 'e2e']
const IS_TEST = /\.test\.tsx?$/
/** Their own command is `npm run test:compose`. */
const NEEDS_CONTAINERS = /^e2e\/compose\//
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'generated', 'src'])

/** Finds the test files below `root`. Files that start a server come first, then larger files. */
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
      const runsLong = needsServer && bytes > LONG_BYTES
      const [own = ''] = texts
      const runsAlone = runsLong || CHANGES_ITS_PROCESS.test(own) || texts.some((text) => HOOKS.test(text))
      const isFrozen = FREEZES_THE_CLOCK.test(own)
      const sharedProcess = runsAlone ? undefined : [WORKSPACE.exec(name)?.[0], needsServer, isFrozen].join()
      return { name, path, needsServer, sharedProcess, bytes }
    })
    .sort((a, b) => Number(b.needsServer) - Number(a.needsServer) || b.bytes - a.bytes)
}

const FILES_IN_A_PROCESS = 10
/** A file with more tests that need a server runs alone, so that all workers end at about the same time. */
const LONG_BYTES = 22_000
const WORKSPACE = /^(e2e\/[^/]+|bench|[^/]+\/[^/]+)/

/** Groups files by process: one file, or several of one workspace, because loading their imports costs more than running them. */
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

/** Returns the path of the compiled test, in the `dist` folder of its workspace. */
const compiled = (name: string): string =>
  name.replace(/^(bench|e2e|[^/]+\/[^/]+)\//, '$1/dist/').replace(/\.tsx?$/, '.js')

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesBelow(path)
    return [path]
  })
}

const LOCAL_IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g
/**
 * Outside of any suite, these hooks would run around the tests of every file of the process. `before` runs before all of them, and
 * `after` when all have ended.
 */
const HOOKS = /^(beforeEach|afterEach)\(/m
const CHANGES_ITS_PROCESS = /\bprocess\.(pid|kill|exit|chdir)\b/
const FREEZES_THE_CLOCK = /^freezeClock\(/m
const STARTS = /@signet\/testing|startEmbeddedServer|startServiceProcess|child_process/

/** Returns the text of a file and of its local imports. */
function textsOf(path: string, seen = new Set<string>()): string[] {
  // A test may quote an import of a file that does not exist.
  if (seen.has(path) || /\/(src|generated)\//.test(path) || !existsSync(path)) return []
  seen.add(path)
  const text = readFileSync(path, 'utf8')
  const imported = [...text.matchAll(LOCAL_IMPORT)].map(([, target = '']) => resolve(dirname(path), target))
  return [text, ...imported.filter((file) => file.endsWith('.js')).flatMap((file) => textsOf(file, seen))]
}
