import type { Goal } from './report.js'

const two = (number: number) => number.toFixed(2)

/**
 * Two runs' ratios beside each other, with their difference. Nothing is judged: a machine that does something else shows
 * in absolute numbers and hardly in ratios, and still does in a short run.
 */
export function besides(now: readonly Goal[], before: readonly Goal[]): string[][] {
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
