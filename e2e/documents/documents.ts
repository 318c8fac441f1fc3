// Reads the documents of this repository for their tests.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The cells of a row of a table. */
type Row = readonly [string, ...string[]]

/** Returns the text without code blocks. */
export const prose = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '')

/** Returns the captures of the first group in all matches. */
export const capturesOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, capture = '']) => capture)

/** Returns the rows of all tables whose first column has this heading. The first cell comes without backquotes. */
export function rowsUnder(text: string, heading: string): Row[] {
  const rows: Row[] = []
  let inside = false
  for (const line of text.split('\n')) {
    const cells = line.startsWith('|')
      ? line
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim())
      : undefined
    const [first = '', ...others] = cells ?? []
    if (!cells) inside = false
    else if (first === heading) inside = true
    else if (inside && !/^-+$/.test(first)) rows.push([first.replaceAll('`', ''), ...others])
  }
  return rows
}
