import type { BankDatabase } from '@signet/bank-database'
import { ServiceError } from '@signet/service'
import { type SignInMethods, survivesLoss } from './rules.js'

type Transaction = Pick<BankDatabase, '$queryRaw'>

/**
 * Locks a user until the transaction ends. Changes of the user's sign-in methods, and the logins that they concern, then
 * wait for each other. Take it before any other lock of the transaction.
 */
export async function lockUser(transaction: Transaction, userId: string): Promise<void> {
  await transaction.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
}

interface StoredSignInMethods extends SignInMethods {
  /** Null for the password of the registration. */
  readonly passwordChangedAt: Date | null
}

export async function findSignInMethods(db: Transaction, userId: string): Promise<StoredSignInMethods> {
  const [found] = await db.$queryRaw<StoredSignInMethods[]>`
    SELECT password_hash IS NOT NULL AS "hasPassword", password_changed_at AS "passwordChangedAt",
      (SELECT count(*)::int FROM passkeys WHERE user_id = users.id) AS "passkeys",
      (SELECT count(*)::int FROM recovery_codes WHERE user_id = users.id AND used_at IS NULL) AS "unusedCodes"
    FROM users WHERE id = ${userId}::uuid`
  return found ?? { hasPassword: false, passwordChangedAt: null, passkeys: 0, unusedCodes: 0 }
}

/**
 * Refuses a change after which the user could be locked out. Call it after the change, in the transaction that `lockUser`
 * has begun, so that two changes cannot each rely on what the other removes.
 *
 * @throws {ServiceError} `forbidden`
 */
export async function requireWayIn(transaction: Transaction, userId: string): Promise<void> {
  if (survivesLoss(await findSignInMethods(transaction, userId))) return
  const sentence =
    'Nothing was changed, because you could lose access. Keep a password, two passkeys, or a passkey and unused recovery codes.'
  throw new ServiceError('forbidden', sentence)
}

/**
 * Refuses a change of how a user signs in whose password is public, because other visitors use this user too.
 *
 * @throws {ServiceError} `forbidden`
 */
export function refuseSharedUser(sharedUserIds: readonly string[], userId: string): void {
  if (!sharedUserIds.includes(userId)) return
  throw new ServiceError('forbidden', 'Other visitors use this demo user too, so the ways to sign in stay as they are.')
}
