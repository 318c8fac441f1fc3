import {
  deriveRefreshToken,
  RefreshReuseError,
  type RefreshTokenContent,
  readRefreshToken,
  readRefreshTokens,
  rotate,
} from '@signet/auth/issuer'
import { type AccessTokenClaims, AuthError, readCookie } from '@signet/auth/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { outcomeOf } from '../outcomes.js'
import type { SessionOptions } from './options.js'
import { revokeSessions } from './revoke.js'
import { findRenewable, renewalStore } from './store.js'

/**
 * Renews the session of the request's refresh token: sets a new token and the next refresh token as cookies. Returns the
 * claims of the new token.
 *
 * Clears the cookies of a session that has ended. Other errors, such as a database that is down, keep them.
 *
 * @throws {AuthError} `token_missing`, `token_malformed`, `token_signature_invalid`, `token_expired`, `token_revoked`.
 */
export async function renewSession(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AccessTokenClaims> {
  const { renewals } = options
  try {
    const { claims, replayed } = await renew(options, request, reply)
    renewals.inc({ outcome: replayed ? 'replayed' : 'rotated' })
    return claims
  } catch (error) {
    const reused = error instanceof RefreshReuseError
    renewals.inc({ outcome: reused ? 'reuse_detected' : outcomeOf(error) })
    if (reused) request.log.warn({ sid: error.sid }, 'revoked a session because its refresh token was reused')
    throw error
  }
}

async function renew(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ claims: AccessTokenClaims; replayed: boolean }> {
  const { db, cookies, refreshKeys, sessionIdleTtlSeconds: idleTtlSeconds } = options
  const presented = await presentedRefreshToken(options, request, reply)
  const store = renewalStore(db, async (id) => {
    await revokeSessions(options, { ids: [id] })
  })
  try {
    const { session, generation, replayed } = await rotate(store, presented, { idleTtlSeconds })
    const { sid, person, statusNumber } = session
    if (options.closedUserIds.includes(person.id)) throw new AuthError('token_revoked', 'the user has no access')
    const expiresBySeconds = Math.floor(session.expiresAt.getTime() / 1000)
    // Uses the time of signing: the session may have expired while the database was working.
    const remainingSeconds = expiresBySeconds - Math.floor(Date.now() / 1000)
    if (remainingSeconds <= 0) throw new AuthError('token_expired', 'the session')
    const authTimeSeconds = Math.floor(session.authTime.getTime() / 1000)
    const { token, claims } = request.server.issueToken({
      ...person,
      sid,
      authTimeSeconds,
      amr: session.amr,
      expiresBySeconds,
      statusNumber,
    })
    cookies.set(reply, { token, refreshToken: deriveRefreshToken(refreshKeys, { sid, generation }) }, remainingSeconds)
    return { claims, replayed }
  } catch (error) {
    if (error instanceof AuthError) cookies.clear(reply)
    throw error
  }
}

/**
 * Finds the refresh token of a request. Of several cookies of the name, the one of an active session is used.
 *
 * @throws {AuthError} `token_missing`, `token_malformed`, `token_signature_invalid`.
 */
async function presentedRefreshToken(
  { db, cookies, refreshKeys, sessionIdleTtlSeconds }: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<RefreshTokenContent> {
  const { count, value, others } = readCookie(request.headers.cookie, cookies.refresh.name)
  if (count === 0) throw new AuthError('token_missing')
  if (count === 1) return readRefreshToken(refreshKeys, value)
  const genuine = readRefreshTokens(refreshKeys, [value, ...others])
  const seenAfter = new Date(Date.now() - sessionIdleTtlSeconds * 1000)
  const active =
    genuine.length > 1
      ? await findRenewable(
          db,
          genuine.map(({ sid }) => sid),
          seenAfter,
        )
      : undefined
  const [only, ...more] = genuine.filter(({ sid }) => active?.has(sid) ?? true)
  if (only && more.length === 0) return only
  cookies.clearEveryRefresh(reply)
  throw new AuthError('token_malformed', `${count} refresh cookies`)
}
