/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2
}

/** The value that so large a share of them does not exceed: `percentile(times, 0.99)`. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1))
}

/**
 * One measurement over another, taken in the same rounds: the median of the rounds' own ratios. Two numbers of one
 * round were measured within seconds of each other, so what else the machine does weighs on both.
 */
export const ratio = <Name extends string>(
  rounds: ReadonlyArray<Readonly<Record<Name, number>>>,
  one: Name,
  other: Name,
): number => median(rounds.map((round) => round[one] / round[other]))

/** Not a number where nothing was measured. */
const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN
