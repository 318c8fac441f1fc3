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

/** A value that a request presents, and whom it authenticates. */
interface Accepted<Found> {
  readonly value: string
  readonly identity: Found
}

/** Tries each cookie of a name, equal ones once. */
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
 * Authenticates by the one cookie of a name or, of several, by the one that is accepted: a browser also sends a stale cookie,
 * one of another path, and one that a sibling host planted.
 *
 * Refused ones are ignored. The accepted ones must be of one session, and the newest is used. Where a route allows an expired
 * one, it counts only without another. When the request cannot be authenticated, the name is cleared, but by no sign-out:
 * that one clears once it has revoked.
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
): Promise<Accepted<Found>> {
  const { count, value } = presented
  if (count === 1) return { value, identity: await attempt(value) }
  const { accepted, refusals } = await tryEach(presented, attempt)
  const chosen = newestOfOneSession(accepted)
  if (chosen) return chosen
  const unchecked = refusals.find(({ code }) => code === 'unavailable')
  if (accepted.length === 0 && unchecked) throw unchecked
  const { page = false, auth } = request.routeOptions.config
  // Only a browser keeps cookies by path, and its page has to be reachable again.
  const isBrowser = page || request.headers['sec-fetch-site'] !== undefined
  if (auth !== 'allow-expired') cookie.clearEverywhere(reply, isBrowser ? request.url : '/')
  if (accepted.length > 0) throw new AuthError('token_malformed', 'cookies of different sessions')
  // What helps is what would help one cookie alone: renewing, or another sign-in.
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
