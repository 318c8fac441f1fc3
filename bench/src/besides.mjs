const two = (number) => number.toFixed(2)

/**
 * Two runs' ratios beside each other, with their difference. Nothing is judged: a machine that does something else shows
 * in absolute numbers and hardly in ratios, and still does in a short run.
 */
export function besides(now, before) {
  const earlier = new Map(before.map((goal) => [goal.key, goal.value]))
  return [
    ['what', 'now', 'before', 'difference'],
    ...now
      .filter(({ key }) => earlier.has(key))
      .map(({ key, label, value }) => {
        const change = (value / earlier.get(key) - 1) * 100
        return [label, two(value), two(earlier.get(key)), `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(0)} %`]
      }),
  ]
}
