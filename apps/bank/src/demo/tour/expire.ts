import { setTimeout as delay } from 'node:timers/promises'
import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { findSession } from '../../sessions/store.js'

/** The minimum: `exp` is in whole seconds. */
const LIFE_SECONDS = 1

/**
 * Issues a token of the current session that lives one second, and returns once it has expired. The refresh token does
 * not change.
 *
 * @throws {AuthError} `token_revoked` when the session has been revoked.
 */
export async function letTokenExpire(
  { db }: { readonly db: BankDatabase },
  request: FastifyRequest,
  reply: FastifyReply,
  sid: string,
): Promise<void> {
  const session = await findSession(db, sid)
  if (!session || session.endedAt) throw new AuthError('token_revoked')
  const nowSeconds = Math.floor(Date.now() / 1000)
  const { token, claims } = request.server.issueToken({
    ...session.person,
    sid,
    statusNumber: session.statusNumber,
    authTimeSeconds: Math.floor(session.authTime.getTime() / 1000),
    expiresBySeconds: nowSeconds + LIFE_SECONDS,
  })
  request.server.userSessions.cookies.token.set(
    reply,
    token,
    Math.max(1, Math.floor(session.expiresAt.getTime() / 1000) - nowSeconds),
  )
  await delay(claims.exp * 1000 - Date.now())
}
