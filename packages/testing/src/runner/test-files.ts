import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export interface TestFile {
  /** The source, from the root of the repository. */
  readonly name: string
  /** What Node.js runs: the source itself, or what it was compiled to. */
  readonly path: string
  /** It starts a database, a service or a browser. */
  readonly needsServer: boolean
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
      return { name, path, needsServer: texts.some((text) => STARTS.test(text)), bytes }
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

/** The text of a file, and of each that it imports from beside it. */
function textsOf(path: string, seen = new Set<string>()): string[] {
  // A test may quote an import of a file that is nowhere.
  if (seen.has(path) || /\/src\//.test(path) || !existsSync(path)) return []
  seen.add(path)
  const text = readFileSync(path, 'utf8')
  const imported = [...text.matchAll(LOCAL_IMPORT)].map(([, target = '']) => resolve(dirname(path), target))
  return [text, ...imported.filter((file) => /\.m?js$/.test(file)).flatMap((file) => textsOf(file, seen))]
}
