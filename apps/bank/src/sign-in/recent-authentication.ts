import { RECENT_AUTHENTICATION_SECONDS } from '@signet/auth/issuer'
import { ServiceError, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'

/** Returns whether the user authenticated in the last five minutes. */
export const isAuthenticationRecent = (authTimeSeconds: number, now: Date): boolean =>
  Math.floor(now.getTime() / 1000) - authTimeSeconds <= RECENT_AUTHENTICATION_SECONDS

/**
 * Refuses a request whose user did not authenticate in the last five minutes, so that a copied cookie cannot change how the user
 * signs in.
 *
 * @throws {ServiceError} `reauthentication_required`
 */
export function requireRecentAuthentication(request: FastifyRequest, now: Date): void {
  if (!isAuthenticationRecent(signedIn(request).authTimeSeconds, now))
    throw new ServiceError('reauthentication_required')
}
