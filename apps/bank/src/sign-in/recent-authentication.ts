import { type Authentication, RECENT_AUTHENTICATION_SECONDS } from '@signet/auth/issuer'
import { ServiceError, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'

/** Returns whether the user authenticated in the last five minutes. A copy of the token says the same. */
export const isAuthenticationRecent = (authTimeSeconds: number, now: Date): boolean =>
  Math.floor(now.getTime() / 1000) - authTimeSeconds <= RECENT_AUTHENTICATION_SECONDS

/**
 * Returns how the user authenticated in the last five minutes, proved by a cookie that only the bank's host receives; null
 * without the proof.
 */
export const provedAuthentication = (request: FastifyRequest, now: Date): Authentication | null =>
  request.server.userSessions.recent.presented(request, signedIn(request).sid, now)

/**
 * Refuses a request without the proof of an authentication in the last five minutes, so that a copied token cannot change how
 * the user signs in.
 *
 * @throws {ServiceError} `reauthentication_required`
 */
export function requireRecentAuthentication(request: FastifyRequest, now: Date): void {
  if (!provedAuthentication(request, now)) throw new ServiceError('reauthentication_required')
}
