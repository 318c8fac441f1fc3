import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { systemClock } from '../clock.js'
import { type CookieDefinition, type CookieReading, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import type { Identity } from '../identity.js'

/** Where a token may come from: a page takes the cookie alone, the JSON API also `Authorization: Bearer`. */
export type TokenSource = 'cookie' | 'header-or-cookie'

const BEARER = /^bearer(?: |$)/i

export const carriesBearer = ({ authorization }: IncomingHttpHeaders): boolean =>
  authorization !== undefined && BEARER.test(authorization)

/** Reads what a request presents as tokens, good or bad (RFC 6750 section 2.1; when both are sent the header wins). */
export function readToken(headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): CookieReading {
  const authorization = source === 'cookie' ? undefined : headers.authorization
  if (authorization !== undefined && BEARER.test(authorization)) {
    return { count: 1, value: authorization.replace(BEARER, ''), others: [] }
  }
  return readCookie(headers.cookie, cookieName)
}

/**
 * Finds the token that a request presents, where several cannot be told apart.
 *
 * @throws {AuthError} `token_missing`, or `token_malformed` when several cookies have the name.
 */
export function presentedToken(headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): string {
  const { count, value } = readToken(headers, cookieName, source)
  if (count === 0) throw new AuthError('token_missing')
  if (count > 1) throw new AuthError('token_malformed', `${count} cookies of the name`)
  return value
}

/** What became of several cookies of one name. */
interface Attempts<Found> {
  readonly accepted: readonly Found[]
  readonly refusals: readonly AuthError[]
}

/** Tries each cookie of a name, equal ones once. */
export async function tryEach<Found>(
  { value, others }: CookieReading,
  attempt: (value: string) => Promise<Found>,
): Promise<Attempts<Found>> {
  const accepted: Found[] = []
  const refusals: AuthError[] = []
  for (const one of new Set([value, ...others])) {
    try {
      accepted.push(await attempt(one))
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      refusals.push(error)
    }
  }
  return { accepted, refusals }
}

/**
 * Authenticates by the one cookie of a name or, of several, by the one that is accepted: a browser also sends a stale cookie,
 * one of another path, and one that a sibling host planted.
 *
 * Refused ones are ignored. The accepted ones must be of one session, and the newest is used. Where a route allows an expired
 * one, it counts only without another. When the request cannot be authenticated, the name is cleared.
 *
 * @throws {AuthError} what `attempt` throws; of several `token_malformed` when none was accepted, or two of different sessions
 *   were, and `unavailable` when none was accepted and one could not be checked.
 */
export async function byOneOf<Found extends Identity>(
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: CookieDefinition,
  presented: CookieReading,
  attempt: (value: string) => Promise<Found>,
): Promise<Found> {
  if (presented.count === 1) return attempt(presented.value)
  const { accepted, refusals } = await tryEach(presented, attempt)
  const chosen = newestOfOneSession(accepted)
  if (chosen) return chosen
  const unchecked = refusals.find(({ code }) => code === 'unavailable')
  if (accepted.length === 0 && unchecked) throw unchecked
  // Only a browser keeps cookies by path, and its page has to be reachable again.
  const isBrowser = request.routeOptions.config.page || request.headers['sec-fetch-site'] !== undefined
  cookie.clearEverywhere(reply, isBrowser ? request.url : '/')
  if (accepted.length > 0) throw new AuthError('token_malformed', 'cookies of different sessions')
  // What helps is what would help one cookie alone: renewing, or another sign-in.
  const reason = REASONS_OF_ONE.find((known) => refusals.some((refusal) => refusal.reason === known))
  throw new AuthError('token_malformed', `none of ${presented.count} cookies is accepted`, {}, undefined, reason)
}

const REASONS_OF_ONE = ['token_expired', 'session_unknown']

function newestOfOneSession<Found extends Identity>(accepted: readonly Found[]): Found | undefined {
  const nowMs = systemClock() * 1_000
  const current = accepted.filter(({ expiresAt }) => Date.parse(expiresAt) > nowMs)
  const [newest, ...others] = [...(current.length > 0 ? current : accepted)].sort(newestFirst)
  return others.every(({ sid }) => sid === newest?.sid) ? newest : undefined
}

const newestFirst = (one: Identity, other: Identity): number =>
  Date.parse(other.expiresAt) - Date.parse(one.expiresAt) || other.authTimeSeconds - one.authTimeSeconds
