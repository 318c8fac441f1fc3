/** Rows of text as a Markdown table, aligned; the first row is the heading, numbers stand to the right. */
export function table([heading, ...rows]) {
  const widths = heading.map((_, column) => Math.max(...[heading, ...rows].map((row) => String(row[column]).length), 3))
  const line = (row) =>
    `| ${row.map((cell, n) => (n === 0 ? String(cell).padEnd(widths[n]) : String(cell).padStart(widths[n]))).join(' | ')} |`
  const rule = `| ${widths.map((width, n) => (n === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(heading), rule, ...rows.map(line)].join('\n')
}
