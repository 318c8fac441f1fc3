import { readRefreshToken } from '@signet/auth/issuer'
import { AuthError, type CookieReading, readCookie, readToken } from '@signet/auth/verifier'
import { isUuid } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import type { SessionOptions } from './options.js'

/** The sessions of a request's credentials. */
export interface PresentedSessions {
  readonly sids: readonly string[]
  /** Whether a session was found for each kind of credential. One of several cookies of a name is enough. */
  readonly complete: boolean
}

/** One kind of credential: its values in the request, and how to find a session by a value. */
interface Credential {
  readonly sent: CookieReading
  readonly sidOf: (value: string) => Promise<string | undefined>
}

/**
 * Finds the sessions of every credential that a request carries: tokens, also expired ones, the refresh token, and the
 * cookies of sessions. As a rule all are of one session.
 *
 * @throws {AuthError} `unavailable` when a credential cannot be checked right now.
 */
export async function presentedSessions(options: SessionOptions, request: FastifyRequest): Promise<PresentedSessions> {
  const sids = new Set<string>()
  let complete = true
  for (const { sent, sidOf } of credentialsOf(options, request)) {
    if (sent.count === 0) continue
    const values = [...new Set([sent.value, ...sent.others])]
    const found = (await Promise.all(values.map((value) => unlessRefused(() => sidOf(value))))).filter(isSid)
    for (const sid of found) sids.add(sid)
    if (found.length === 0) complete = false
  }
  return { sids: [...sids], complete }
}

/** Returns whether a request carries any credential. */
export const presentsCredential = (options: SessionOptions, request: FastifyRequest): boolean =>
  credentialsOf(options, request).some(({ sent }) => sent.count > 0)

function credentialsOf({ cookies, refreshKeys }: SessionOptions, request: FastifyRequest): Credential[] {
  const { headers, routeOptions, server } = request
  const cookieOf = (name: string) => readCookie(headers.cookie, name)
  const sidOfToken = async (token: string) => (await server.sessionOfToken(token)).sid
  const inCookie = cookieOf(cookies.token.name)
  const token = readToken(headers, cookies.token.name, routeOptions.config.page ? 'cookie' : 'header-or-cookie')
  return [
    { sent: token, sidOf: sidOfToken },
    { sent: inCookie, sidOf: sidOfToken },
    { sent: cookieOf(cookies.refresh.name), sidOf: async (value) => readRefreshToken(refreshKeys, value).sid },
    ...[...server.serverSessions.values()].map(({ cookie, findById }) => ({
      sent: cookieOf(cookie.name),
      sidOf: async (id: string) => (await findById(id))?.sid,
    })),
  ]
}

const isSid = (sid: string | undefined): sid is string => sid !== undefined && isUuid(sid)

/** An invalid value identifies no session. */
async function unlessRefused(find: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await find()
  } catch (error) {
    if (!(error instanceof AuthError) || error.code === 'unavailable') throw error
    return undefined
  }
}
