import { setTimeout as delay } from 'node:timers/promises'
import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { issueShortLivedToken } from '../short-lived-token.js'

/**
 * Issues a token of the current session that lives one second, and returns once it has expired. The refresh token does
 * not change.
 *
 * @throws {AuthError} `token_revoked` when the session has been revoked.
 */
export async function letTokenExpire(
  db: BankDatabase,
  request: FastifyRequest,
  reply: FastifyReply,
  sid: string,
): Promise<void> {
  const issued = await issueShortLivedToken(request.server, db, sid)
  if (!issued) throw new AuthError('token_revoked')
  const { token, claims, sessionExpiresAt } = issued
  const remainingSeconds = Math.floor((sessionExpiresAt.getTime() - request.receivedAtMs) / 1000)
  request.server.userSessions.cookies.token.set(reply, token, Math.max(1, remainingSeconds))
  await delay(claims.exp * 1000 - Date.now())
}
