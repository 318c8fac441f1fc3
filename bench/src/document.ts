import type { Measured, Report } from './report.js'
import { sections } from './sections.js'
import { table } from './table.js'

/** Describes machine, versions and date, for captions. */
export function measuredOn({ date, machine, versions }: Pick<Measured, 'date' | 'machine' | 'versions'>): string {
  const gibibytes = Math.round(machine.memoryBytes / 2 ** 30)
  return `${machine.processor}, ${machine.cores} cores, ${gibibytes} GiB; Node.js ${versions.node}, Fastify ${versions.fastify}; ${date.slice(0, 10)}`
}

/**
 * Puts the report's tables between their marks, `<!-- bench:me -->` … `<!-- /bench -->`, and keeps the text around them.
 *
 * @throws when a mark names an unknown table, or a table has no mark
 */
export function filled(text: string, report: Report): string {
  const parts = new Map(
    sections(report)
      .filter(({ printedOnly }) => !printedOnly)
      .map(({ id, rows }) => [id, table(rows)]),
  )
  parts.set('machine', `Measured on ${measuredOn(report)}.`)
  const placed = new Set<string>()
  const result = text.replace(
    /(<!-- bench:([\w-]+) -->\n)[\s\S]*?(<!-- \/bench -->)/g,
    (_, opening: string, id: string, closing: string) => {
      if (!parts.has(id)) throw new Error(`there is no table ${id}`)
      placed.add(id)
      return `${opening}\n${parts.get(id)}\n\n${closing}`
    },
  )
  for (const id of parts.keys()) if (!placed.has(id)) throw new Error(`the document has no mark for ${id}`)
  return result
}
