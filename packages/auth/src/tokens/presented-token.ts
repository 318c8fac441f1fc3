import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { systemClock } from '../clock.js'
import { type CookieDefinition, type CookieReading, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import type { Identity } from '../identity.js'

/** Accepted sources of a token: only the cookie for pages, also `Authorization: Bearer` for the JSON API. */
export type TokenSource = 'cookie' | 'header-or-cookie'

const BEARER = /^bearer(?: |$)/i

export const carriesBearer = ({ authorization }: IncomingHttpHeaders): boolean =>
  authorization !== undefined && BEARER.test(authorization)

/** Reads the tokens of a request without verifying them (RFC 6750, section 2.1). The header takes precedence over cookies. */
export function readToken(headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): CookieReading {
  const authorization = source === 'cookie' ? undefined : headers.authorization
  if (authorization !== undefined && BEARER.test(authorization)) {
    return { count: 1, value: authorization.replace(BEARER, ''), others: [] }
  }
  return readCookie(headers.cookie, cookieName)
}

/**
 * Returns the one token of a request, for callers that cannot choose between several.
 *
 * @throws {AuthError} `token_missing`, or `token_malformed` when several cookies have the name
 */
export function presentedToken(headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): string {
  const { count, value } = readToken(headers, cookieName, source)
  if (count === 0) throw new AuthError('token_missing')
  if (count > 1) throw new AuthError('token_malformed', `${count} cookies of the name`)
  return value
}

/** An accepted value and the identity that it authenticates. */
interface Accepted<Found> {
  readonly value: string
  readonly identity: Found
}

/** Tries each different cookie of a name. */
export async function tryEach<Found>(
  { value: first, others }: CookieReading,
  attempt: (value: string) => Promise<Found>,
): Promise<{ accepted: readonly Accepted<Found>[]; refusals: readonly AuthError[] }> {
  const accepted: Accepted<Found>[] = []
  const refusals: AuthError[] = []
  for (const value of new Set([first, ...others])) {
    try {
      accepted.push({ value, identity: await attempt(value) })
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      refusals.push(error)
    }
  }
  return { accepted, refusals }
}

/**
 * Authenticates with the cookie of a name. Of several, it uses the accepted one: a browser also sends stale cookies, cookies of
 * another path, and cookies that a sibling host planted.
 *
 * Refused cookies are ignored. Accepted ones must be of one session, and the newest is used. Where a route allows expired ones, they
 * are used only without a current one. If none can be used, the name is cleared, except on a sign-out, which clears it after the
 * revocation.
 *
 * @throws {AuthError} what `attempt` throws. With several cookies: `token_malformed` when none was accepted or they are of different
 *   sessions, `unavailable` when none was accepted and one could not be checked
 */
export async function byOneOf<Found extends Identity>(
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: CookieDefinition,
  presented: CookieReading,
  attempt: (value: string) => Promise<Found>,
): Promise<Accepted<Found>> {
  const { count, value } = presented
  if (count === 1) return { value, identity: await attempt(value) }
  const { accepted, refusals } = await tryEach(presented, attempt)
  const chosen = newestOfOneSession(accepted)
  if (chosen) return chosen
  const unchecked = refusals.find(({ code }) => code === 'unavailable')
  if (accepted.length === 0 && unchecked) throw unchecked
  const { page = false, auth } = request.routeOptions.config
  // Only browsers store cookies by path, and their page must become reachable again.
  const isBrowser = page || request.headers['sec-fetch-site'] !== undefined
  if (auth !== 'allow-expired') cookie.clearEverywhere(reply, isBrowser ? request.url : '/')
  if (accepted.length > 0) throw new AuthError('token_malformed', 'cookies of different sessions')
  // Reports the reason of a single cookie that the user can fix: by renewal or a new sign-in.
  const reason = REASONS_OF_ONE.find((known) => refusals.some((refusal) => refusal.reason === known))
  throw new AuthError('token_malformed', `none of ${count} cookies is accepted`, {}, undefined, reason)
}

const REASONS_OF_ONE = ['token_expired', 'session_unknown']

function newestOfOneSession<Found extends Identity>(accepted: readonly Accepted<Found>[]): Accepted<Found> | undefined {
  const nowMs = systemClock() * 1_000
  const current = accepted.filter(({ identity }) => Date.parse(identity.expiresAt) > nowMs)
  const [newest, ...others] = [...(current.length > 0 ? current : accepted)].sort(newestFirst)
  return others.every(({ identity }) => identity.sid === newest?.identity.sid) ? newest : undefined
}

const newestFirst = ({ identity: one }: Accepted<Identity>, { identity: other }: Accepted<Identity>): number =>
  Date.parse(other.expiresAt) - Date.parse(one.expiresAt) || other.authTimeSeconds - one.authTimeSeconds
