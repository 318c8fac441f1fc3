import type { IncomingHttpHeaders } from 'node:http'
import { readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'

/** Where a token may come from: a page takes the cookie alone, the JSON API also `Authorization: Bearer`. */
export type TokenSource = 'cookie' | 'header-or-cookie'

const BEARER = /^bearer(?: |$)/i

export const carriesBearer = ({ authorization }: IncomingHttpHeaders): boolean =>
  authorization !== undefined && BEARER.test(authorization)

/** Whether a request presents any token, good or bad. */
export function carriesToken(headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): boolean {
  if (source !== 'cookie' && carriesBearer(headers)) return true
  return readCookie(headers.cookie, cookieName).count > 0
}

/**
 * Finds the token that a request presents (RFC 6750 section 2.1; when both are sent the header wins).
 *
 * @throws {AuthError} `token_missing`, or `token_malformed` when two cookies have the name: one of them is stale or
 *   was planted by a sibling host, and which of the two a parser takes is chance.
 */
export function presentedToken(headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): string {
  const authorization = source === 'cookie' ? undefined : headers.authorization
  if (authorization !== undefined && BEARER.test(authorization)) return authorization.replace(BEARER, '')
  const cookie = readCookie(headers.cookie, cookieName)
  if (cookie.count === 0) throw new AuthError('token_missing')
  if (cookie.count > 1) throw new AuthError('token_malformed', `${cookie.count} cookies of the name`)
  return cookie.value
}

/** The same without a word about what is wrong: undefined unless exactly one token is presented. */
export function tokenAtOnce(headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): string | undefined {
  const authorization = source === 'cookie' ? undefined : headers.authorization
  if (authorization !== undefined && BEARER.test(authorization)) return authorization.replace(BEARER, '')
  const { count, value } = readCookie(headers.cookie, cookieName)
  return count === 1 ? value : undefined
}
