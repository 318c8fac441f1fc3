import { ServiceError } from '@signet/service'

/**
 * Refuses a change of how a user signs in whose password is public, because other visitors use this user too.
 *
 * @throws {ServiceError} `forbidden`
 */
export function refuseSharedUser(sharedUserIds: readonly string[], userId: string): void {
  if (!sharedUserIds.includes(userId)) return
  throw new ServiceError('forbidden', 'Other visitors use this demo user too, so the ways to sign in stay as they are.')
}
