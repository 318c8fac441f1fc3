import type { FastifyRequest } from 'fastify'
import { type CookieDefinition, type CookieReading, readCookie } from '../cookies.js'
import { carriesBearer, readToken } from './presented-token.js'

/**
 * Returns the credentials of a request that any service can read: the token in the header, which pages do not accept, the token
 * cookie, and the cookies of server-side sessions. As a rule all are of one session.
 *
 * Does *not* verify them. `sessionOf` finds the session of a value, also of an expired one, and rejects with an `AuthError` for an
 * invalid value.
 */
export function presentedCredentials({ headers, routeOptions, server }: FastifyRequest, { name }: CookieDefinition) {
  const { sessionOfToken, serverSessions } = server
  const inCookie = (cookieName: string) => readCookie(headers.cookie, cookieName)
  const isAccepted = carriesBearer(headers) && !routeOptions.config.page
  return [
    ...(isAccepted ? credentialOf(readToken(headers, name, 'header-or-cookie'), sessionOfToken) : []),
    ...credentialOf(inCookie(name), sessionOfToken, name),
    ...[...serverSessions.values()].flatMap(({ cookie, findById }) =>
      credentialOf(inCookie(cookie.name), findById, cookie.name),
    ),
  ]
}

/** Returns one kind of credential with its different values, or none. */
export const credentialOf = <Session>(
  { count, value, others }: CookieReading,
  sessionOf: (value: string) => Promise<Session>,
  cookieName?: string,
) => (count === 0 ? [] : [{ values: [...new Set([value, ...others])], sessionOf, cookieName }])
