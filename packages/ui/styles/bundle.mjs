// Puts the parts of the style sheet together, in the order in which one may change what another says. Part of the build.
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
if (forgotten.length > 0) throw new Error(`styles/bundle.mjs does not say where these belong: ${forgotten.join(', ')}`)

const parts = PARTS.map((name) => readFileSync(new URL(`${name}.css`, import.meta.url), 'utf8'))
writeFileSync(new URL('../assets/signet.css', import.meta.url), parts.join('\n'))
