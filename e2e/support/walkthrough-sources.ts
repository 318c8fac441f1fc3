import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What decides the look and the words of the pages in docs/walkthrough.html. */
const SOURCES = [
  'apps/bank/src/accounts/home-page.tsx',
  'apps/bank/src/demo/tour',
  'apps/bank/src/sign-in/page.tsx',
  'apps/retirement/src/demo/who-may-sign/page.tsx',
  'apps/retirement/src/plan/page.tsx',
  'packages/demo/assets/demo.css',
  'packages/demo/assets/labs.css',
  'packages/demo/assets/tour.css',
  'packages/demo/src/sequence-diagram.tsx',
  'packages/demo/src/token-lab',
  'packages/demo/src/tour/step-titles.ts',
  'packages/demo/src/tour/tour.tsx',
  'packages/ui/src',
  'packages/ui/styles',
]

/** Hashes the sources of the pages that the walkthrough shows. `root` is the folder of the repository. */
export function walkthroughSourcesHash(root: string): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const file of filesOf(root, source)) hash.update(`${file}\n`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

function filesOf(root: string, path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path]
  return readdirSync(join(root, path))
    .toSorted()
    .flatMap((name) => filesOf(root, `${path}/${name}`))
}
