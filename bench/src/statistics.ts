/** Returns the middle value, or the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2
}

/** Returns the smallest value that this share of the values does not exceed: `percentile(times, 0.99)`. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1))
}

/**
 * Returns the median of the rounds' ratios of two measurements. Both numbers of a round are measured within seconds, so
 * other load affects both.
 */
export const ratio = <Name extends string>(
  rounds: ReadonlyArray<Readonly<Record<Name, number>>>,
  one: Name,
  other: Name,
): number => median(rounds.map((round) => round[one] / round[other]))

/** NaN when nothing was measured. */
const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN
