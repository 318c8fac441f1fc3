import { sections } from './sections.mjs'
import { table } from './table.mjs'

/** On what, with what and when: for the caption of whatever shows its numbers. */
export function measuredOn({ date, machine, versions }) {
  const gibibytes = Math.round(machine.memoryBytes / 2 ** 30)
  return `${machine.processor}, ${machine.cores} cores, ${gibibytes} GiB; Node.js ${versions.node}, Fastify ${versions.fastify}; ${date.slice(0, 10)}`
}

/**
 * A document with the report's tables between their marks, `<!-- bench:me -->` … `<!-- /bench -->`; what stands around
 * them stays.
 *
 * @throws when a mark names no table, or a table has no mark.
 */
export function filled(text, report) {
  const parts = new Map(sections(report).map(({ id, rows }) => [id, table(rows)]))
  parts.set('machine', `Measured on ${measuredOn(report)}.`)
  const placed = new Set()
  const result = text.replace(/(<!-- bench:([\w-]+) -->\n)[\s\S]*?(<!-- \/bench -->)/g, (_, opening, id, closing) => {
    if (!parts.has(id)) throw new Error(`there is no table ${id}`)
    placed.add(id)
    return `${opening}\n${parts.get(id)}\n\n${closing}`
  })
  for (const id of parts.keys()) if (!placed.has(id)) throw new Error(`the document has no place for ${id}`)
  return result
}
