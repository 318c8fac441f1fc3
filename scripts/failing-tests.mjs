/** More of one task's failures would push the counts out of sight. */
const LINES_PER_TASK = 80

/** A line of turbo's: the task (`@signet/bank:test`; of the root `//:test:scripts`, or `//#test:scripts`), and what it printed. */
const TASK_LINE = /^((?:@signet\/[\w-]+|\/\/)[:#][\w:]+): ?(.*)$/
const FAILED = /^ ?(?:ERROR|WARNING) +command .*(?:exited \(|finished with error)/

/**
 * What went wrong in a run of turbo's tasks, to be repeated at its end, where it can be found: for each task that failed,
 * the tests that node:test lists as failing, or its last lines if it ended without listing any.
 */
export function failingTests(output) {
  const printed = new Map()
  for (const line of output.split('\n')) {
    const [, name, text] = TASK_LINE.exec(line) ?? []
    if (name === undefined) continue
    const task = name.replace('#', ':')
    if (!printed.has(task)) printed.set(task, [])
    printed.get(task).push(text)
  }
  return [...printed]
    .filter(([, lines]) => lines.some((line) => FAILED.test(line)))
    .map(([task, lines]) => {
      const told = lines.filter((line) => !FAILED.test(line))
      const listed = told.findLastIndex((line) => line.endsWith('✖ failing tests:'))
      const shown = listed < 0 ? told.slice(-LINES_PER_TASK) : told.slice(listed + 1, listed + 1 + LINES_PER_TASK)
      return `${task}\n${shown.map((line) => `  ${line}`.trimEnd()).join('\n')}\n`
    })
    .join('\n')
}
