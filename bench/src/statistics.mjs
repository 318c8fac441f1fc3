/** The middle one, or the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The value that so large a share of them does not exceed: `percentile(times, 0.99)`. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}

/**
 * One measurement over another, taken in the same rounds: the median of the rounds' own ratios. Two numbers of one
 * round were measured within seconds of each other, so what else the machine does weighs on both.
 */
export const ratio = (rounds, one, other) => median(rounds.map((round) => round[one] / round[other]))
