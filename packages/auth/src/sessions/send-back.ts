import { readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import type { StrategyName } from '../identity.js'
import type { SessionCall } from './context.js'

export interface Return {
  /** Where the browser came from: what `safeReturnTo` returned. Never a URL that was not checked. */
  readonly returnTo: string
  /** Why the app sent the browser here: `AuthError.reason`. */
  readonly reason?: string | undefined
}

/** See `UserSessions.sendBack`. */
export async function sendBack(call: SessionCall, { returnTo, reason }: Return): Promise<boolean> {
  const { request, reply, now, trips, cookies } = call
  const { identity, headers } = request
  const counted = countTrip(readCookie(headers.cookie, trips.name).value, now.getTime())
  if (counted === null || !mayReturn(identity?.strategy, reason)) return false
  // An app refuses the same token again, even if the issuer accepts it: their clocks may differ.
  if (!identity || reason?.startsWith('token_')) {
    if (readCookie(headers.cookie, cookies.refresh.name).count === 0) return false
    try {
      await request.server.userSessions.renew(request, reply)
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      request.authError = error
      return false
    }
  }
  trips.set(reply, counted, TRIPS_COOKIE_SECONDS)
  reply.redirect(returnTo, 303)
  return true
}

/**
 * Returns whether a browser may be sent back without a sign-in. It may not when the app does not have the issuer's session, or
 * when the app's clock is so late that it refuses every new token: the app would send it here again.
 */
export const mayReturn = (strategy: StrategyName | undefined, reason: string | undefined): boolean =>
  reason !== 'token_not_yet_valid' && (strategy === undefined || strategy === 'jwt' || reason !== 'session_unknown')

/** More redirects through the issuer than this, within the window, are a loop. */
const MAX_TRIPS = 5
const WINDOW_MS = 3_000
/** Lifetime of the counter's cookie. */
const TRIPS_COOKIE_SECONDS = 10

/**
 * Counts an automatic redirect through the issuer as `<trips>.<ms of the first>`. Returns null for a loop, which happens when
 * an app refuses a token that the issuer accepts, or when the browser drops the shared cookie. Then the user must sign in.
 */
function countTrip(previous: string, nowMs: number): string | null {
  const [, trips, since] = /^(\d{1,3})\.(\d{1,15})$/.exec(previous) ?? []
  if (trips === undefined || since === undefined || nowMs - Number(since) > WINDOW_MS) return `1.${nowMs}`
  return Number(trips) >= MAX_TRIPS ? null : `${Number(trips) + 1}.${since}`
}
