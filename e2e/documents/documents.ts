// Reads the documents of this repository for their tests.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const read = (path) => readFileSync(join(root, path), 'utf8')

/** Returns the text without code blocks. */
export const prose = (text) => text.replace(/^```[\s\S]*?^```/gm, '')

/** Returns the rows of all tables whose first column has this heading. The first cell comes without backquotes. */
export function rowsUnder(text, heading) {
  const rows = []
  let inside = false
  for (const line of text.split('\n')) {
    const cells = line.startsWith('|')
      ? line
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim())
      : undefined
    if (!cells) inside = false
    else if (cells[0] === heading) inside = true
    else if (inside && !/^-+$/.test(cells[0])) rows.push([cells[0].replaceAll('`', ''), ...cells.slice(1)])
  }
  return rows
}
