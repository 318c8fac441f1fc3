import type { FastifyRequest } from 'fastify'
import { readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { readRefreshToken } from '../refresh/token.js'
import { credentialOf, presentedCredentials } from '../tokens/presented-credentials.js'
import { isUuid } from '../uuid.js'
import type { SessionContext } from './context.js'

/**
 * Finds the sessions of every credential that a request carries. `complete` says whether one was found for each kind of
 * credential. One of several cookies of a name is enough.
 *
 * @throws {AuthError} `unavailable` when a credential cannot be checked right now
 */
export async function presentedSessions(context: SessionContext, request: FastifyRequest) {
  const sids = new Set<string>()
  let complete = true
  for (const { values, sessionOf } of issuerCredentials(context, request)) {
    const found = (await Promise.all(values.map((value) => foundBy(sessionOf, value)))).flat()
    for (const sid of found) sids.add(sid)
    if (found.length === 0) complete = false
  }
  return { sids: [...sids], complete }
}

/** Returns the credentials of a request, the refresh token included, without verifying them. */
export function issuerCredentials({ cookies, refreshKeys }: SessionContext, request: FastifyRequest) {
  const { name } = cookies.refresh
  const sessionOf = async (value: string) => readRefreshToken(refreshKeys, value)
  const refresh = credentialOf(readCookie(request.headers.cookie, name), sessionOf, name)
  return [...presentedCredentials(request, cookies.token), ...refresh]
}

/** An invalid value identifies no session. */
async function foundBy(sessionOf: (value: string) => Promise<{ sid: string } | undefined>, value: string) {
  try {
    const session = await sessionOf(value)
    return session && isUuid(session.sid) ? [session.sid] : []
  } catch (error) {
    if (!(error instanceof AuthError) || error.code === 'unavailable') throw error
    return []
  }
}
