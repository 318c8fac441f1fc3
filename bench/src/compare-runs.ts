import type { Goal } from './report.js'

const two = (number: number) => number.toFixed(2)

/**
 * Returns a table of both runs' ratios and their difference. It judges nothing: other load changes absolute numbers a lot,
 * ratios hardly, but short runs still vary.
 */
export function compareRuns(now: readonly Goal[], before: readonly Goal[]): string[][] {
  const earlier = new Map(before.map((goal) => [goal.key, goal.value]))
  return [
    ['what', 'now', 'before', 'difference'],
    ...now.flatMap(({ key, label, value }) => {
      const was = earlier.get(key)
      if (was === undefined) return []
      const change = (value / was - 1) * 100
      return [[label, two(value), two(was), `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(0)} %`]]
    }),
  ]
}
