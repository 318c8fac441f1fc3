/** Returns the time in whole seconds since 1970-01-01T00:00:00Z, a NumericDate of RFC 7519, section 2. */
export type Clock = () => number

export const systemClock: Clock = () => Math.floor(Date.now() / 1000)

/**
 * Returns the time since a value of `performance.now()`, in ms with at most three decimals (`0.29`, never `0.290`).
 */
export function millisecondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 1_000) / 1_000
}
