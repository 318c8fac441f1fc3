import { readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { rotate } from '../refresh/rotate.js'
import { deriveRefreshToken, type RefreshTokenContent, readRefreshToken, readRefreshTokens } from '../refresh/token.js'
import type { AccessTokenClaims } from '../tokens/access-token.js'
import { type SessionCall, type SessionContext, secondsOf } from './context.js'

/** See `UserSessions.renew`. Also returns whether another request was first and got the same successor. */
export async function renewSession(call: SessionCall): Promise<{ claims: AccessTokenClaims; replayed: boolean }> {
  const { request, reply, store, cookies, refreshKeys, sessionIdleTtlSeconds: idleTtlSeconds } = call
  const presented = await presentedRefreshToken(call)
  const end = async (sid: string) => void (await call.revoke([sid]))
  const renewals = { find: store.find.bind(store), advance: store.advance.bind(store), end }
  try {
    const { session, generation, replayed } = await rotate(renewals, presented, { idleTtlSeconds })
    const { sid, user, statusNumber, amr } = session
    const expiresBySeconds = secondsOf(session.expiresAt)
    // Uses the time of signing: the session may have expired while the store was working.
    const remainingSeconds = expiresBySeconds - secondsOf(new Date())
    if (remainingSeconds <= 0) throw new AuthError('token_expired', 'the session')
    const authTimeSeconds = secondsOf(session.authTime)
    const subject = { ...user, sid, authTimeSeconds, amr, expiresBySeconds, statusNumber }
    const { token, claims } = request.server.issueToken(subject)
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
 * @throws {AuthError} `token_missing`, `token_malformed`, `token_signature_invalid`
 */
async function presentedRefreshToken(call: SessionCall): Promise<RefreshTokenContent> {
  const { request, reply, cookies, refreshKeys } = call
  const { count, value, others } = readCookie(request.headers.cookie, cookies.refresh.name)
  if (count === 0) throw new AuthError('token_missing')
  if (count === 1) return readRefreshToken(refreshKeys, value)
  const genuine = readRefreshTokens(refreshKeys, [value, ...others])
  const active = await Promise.all(genuine.map(({ sid }) => genuine.length === 1 || isRenewable(call, sid)))
  const [only, ...more] = genuine.filter((_, index) => active[index])
  if (only && more.length === 0) return only
  cookies.clearEveryRefresh(reply)
  throw new AuthError('token_malformed', `${count} refresh cookies`)
}

async function isRenewable({ store, sessionIdleTtlSeconds }: SessionContext, sid: string): Promise<boolean> {
  const session = await store.find(sid)
  if (!session || session.endedAt) return false
  const { readAt, expiresAt, lastSeenAt } = session
  return expiresAt > readAt && readAt.getTime() - lastSeenAt.getTime() < sessionIdleTtlSeconds * 1000
}
