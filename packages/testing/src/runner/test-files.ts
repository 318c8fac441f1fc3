import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export interface TestFile {
  /** The source, from the root of the repository. */
  readonly name: string
  /** What Node.js runs: the source itself, or what it was compiled to. */
  readonly path: string
  /** It starts a database, a service or a browser. */
  readonly needsServer: boolean
  readonly bytes: number
}

/** Where tests stand. What is below `deploy/test` needs containers, but for its settings. */
const FOLDERS = ['packages', 'apps', 'prisma', 'examples', 'scripts', 'deploy']
const IS_TEST = /\.test\.(ts|tsx|mjs)$/
const NEEDS_CONTAINERS = /^deploy\/test\/(?!settings\.)/
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'generated', 'src'])

/** Finds the test files below `root`, those that start something first: they take longest. */
export function findTestFiles(root: string): TestFile[] {
  const names = FOLDERS.flatMap((folder) => filesBelow(join(root, folder)))
    .map((path) => relative(root, path))
    .filter((name) => IS_TEST.test(name) && !NEEDS_CONTAINERS.test(name))
  return names
    .map((name) => {
      const path = join(root, compiled(name))
      return { name, path, needsServer: startsSomething(path), bytes: statSync(join(root, name)).size }
    })
    .sort((a, b) => Number(b.needsServer) - Number(a.needsServer) || b.bytes - a.bytes)
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
const STARTS = /@signet\/testing|startEmbeddedServer|startServiceProcess|child_process/

/** Whether a file, or one of its own folder that it imports, starts a process or a database. */
function startsSomething(path: string, seen = new Set<string>()): boolean {
  // A test may quote an import of a file that is nowhere.
  if (seen.has(path) || /\/src\//.test(path) || !existsSync(path)) return false
  seen.add(path)
  const text = readFileSync(path, 'utf8')
  if (STARTS.test(text)) return true
  return [...text.matchAll(LOCAL_IMPORT)].some(([, target = '']) => {
    const imported = resolve(dirname(path), target)
    return /\.m?js$/.test(imported) && startsSomething(imported, seen)
  })
}
