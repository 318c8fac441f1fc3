/** More redirects through the bank than this, within the window, are a loop. */
const MAX_TRIPS = 5
const WINDOW_MS = 3_000

/** Lifetime of the counter's cookie. */
export const TRIPS_COOKIE_SECONDS = 10

/**
 * Counts an automatic redirect through the bank as `<trips>.<ms of the first>`. Returns null for a loop, which happens when
 * an app refuses a token that the bank accepts, or when the browser drops the shared cookie. Then the user must sign in.
 */
export function countTrip(previous: string, nowMs: number): string | null {
  const [, trips, since] = /^(\d{1,3})\.(\d{1,15})$/.exec(previous) ?? []
  if (trips === undefined || since === undefined || nowMs - Number(since) > WINDOW_MS) return `1.${nowMs}`
  return Number(trips) >= MAX_TRIPS ? null : `${Number(trips) + 1}.${since}`
}
