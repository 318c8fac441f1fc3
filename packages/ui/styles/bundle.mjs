// Joins the style sheets in the order in which later rules override earlier ones. Part of the build.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

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

const forgotten = readdirSync(new URL('.', import.meta.url)).filter(
  (file) => file.endsWith('.css') && !PARTS.includes(file.slice(0, -'.css'.length)),
)
if (forgotten.length > 0) throw new Error(`Add these files to PARTS in styles/bundle.mjs: ${forgotten.join(', ')}`)

const parts = PARTS.map((name) => readFileSync(new URL(`${name}.css`, import.meta.url), 'utf8'))
writeFileSync(new URL('../assets/signet.css', import.meta.url), parts.join('\n'))
