// Joins the style sheets in the order in which later rules override earlier ones. Part of the build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** The sources: the compiled file is in dist/styles. */
const STYLES = new URL('../../styles/', import.meta.url)

const PARTS = [
  'tokens',
  'base',
  'masthead',
  'page',
  'tables',
  'forms',
  'notices',
  'charts',
  'api-docs',
  'foot',
  'money',
  'widths',
  'print',
]

const forgotten = readdirSync(STYLES).filter(
  (file) => file.endsWith('.css') && !PARTS.includes(file.slice(0, -'.css'.length)),
)
if (forgotten.length > 0) throw new Error(`Add these files to PARTS in styles/bundle.ts: ${forgotten.join(', ')}`)

const parts = PARTS.map((name) => readFileSync(new URL(`${name}.css`, STYLES), 'utf8'))
writeFileSync(new URL('../assets/signet.css', STYLES), parts.join('\n'))
