/** Trips through the bank in a row, within so many milliseconds, that no person makes and no renewal needs. */
const MAX_TRIPS = 5
const WINDOW_MS = 3_000

/** How long the browser keeps the count. */
export const TRIPS_COOKIE_SECONDS = 10

/**
 * Counts a trip through the bank that needs no person: `<trips>.<ms of the first>`. Null when it goes in a circle, as it
 * does when an app refuses a token that the bank takes, or when the browser drops the shared cookie: then somebody has
 * to be asked.
 */
export function countTrip(previous: string, nowMs: number): string | null {
  const [, trips, since] = /^(\d{1,3})\.(\d{1,15})$/.exec(previous) ?? []
  if (trips === undefined || since === undefined || nowMs - Number(since) > WINDOW_MS) return `1.${nowMs}`
  return Number(trips) >= MAX_TRIPS ? null : `${Number(trips) + 1}.${since}`
}
