import { RECENT_AUTHENTICATION_SECONDS } from '@signet/auth/issuer'
import { ServiceError } from '@signet/service'
import type { FastifyRequest } from 'fastify'

/** Returns whether the user authenticated in the last five minutes. A copy of the token says the same. */
export const isAuthenticationRecent = (authTimeSeconds: number, now: Date): boolean =>
  Math.floor(now.getTime() / 1000) - authTimeSeconds <= RECENT_AUTHENTICATION_SECONDS

/**
 * Refuses a request without the proof of an authentication in the last five minutes, so that a copied token cannot change how
 * the user signs in.
 *
 * @throws {ServiceError} `reauthentication_required`
 */
export function requireRecentAuthentication(request: FastifyRequest): void {
  const proof = request.server.userSessions.proved(request, new Date(request.receivedAtMs))
  if (!proof) throw new ServiceError('reauthentication_required')
}
