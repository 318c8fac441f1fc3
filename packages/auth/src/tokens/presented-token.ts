import type { IncomingHttpHeaders } from 'node:http'
import { type CookieReading, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'

/** Where a token may come from: a page takes the cookie alone, the JSON API also `Authorization: Bearer`. */
export type TokenSource = 'cookie' | 'header-or-cookie'

const BEARER = /^bearer(?: |$)/i

export const carriesBearer = ({ authorization }: IncomingHttpHeaders): boolean =>
  authorization !== undefined && BEARER.test(authorization)

/** Reads what a request presents as a token, good or bad (RFC 6750 section 2.1; when both are sent the header wins). */
export function readToken(headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): CookieReading {
  const authorization = source === 'cookie' ? undefined : headers.authorization
  if (authorization !== undefined && BEARER.test(authorization)) {
    return { count: 1, value: authorization.replace(BEARER, ''), others: [] }
  }
  return readCookie(headers.cookie, cookieName)
}

/**
 * Returns the one token of a reading.
 *
 * @throws {AuthError} `token_missing`, or `token_malformed` when two cookies have the name: one of them is stale or
 *   was planted by a sibling host, and which of the two a parser takes is chance.
 */
export function oneToken({ count, value }: CookieReading): string {
  if (count === 0) throw new AuthError('token_missing')
  if (count > 1) throw new AuthError('token_malformed', `${count} cookies of the name`)
  return value
}

/** Finds the token that a request presents. Throws as {@link oneToken} does. */
export const presentedToken = (headers: IncomingHttpHeaders, cookieName: string, source: TokenSource): string =>
  oneToken(readToken(headers, cookieName, source))
