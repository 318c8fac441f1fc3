import type { ChallengeStore, SessionUser } from '@signet/auth/issuer'
import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase, Prisma } from '@signet/bank-database'
import { isUniqueViolation } from '@signet/database'
import { ServiceError } from '@signet/service'
import { addNotice, type NoticeSource } from '../notices/store.js'
import { replaceCodes } from '../recovery-codes/store.js'
import type { WithSession } from '../sessions/store.js'
import { findSignInMethods, lockUser, requireWayIn } from '../sign-in-methods/store.js'
import { MAX_PASSKEYS } from './rules.js'

export type StoredPasskey = Readonly<Prisma.PasskeyGetPayload<object>>
type NewPasskey = Omit<StoredPasskey, 'createdAt' | 'lastUsedAt'>

export const listPasskeys = (db: BankDatabase, userId: string): Promise<StoredPasskey[]> =>
  db.passkey.findMany({ where: { userId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: MAX_PASSKEYS })

/** Returns null for an unknown passkey and for one of another user. */
export const findPasskey = (db: BankDatabase, userId: string, id: string): Promise<StoredPasskey | null> =>
  db.passkey.findFirst({ where: { id, userId } })

/** Finds any user's passkey by the id that the authenticator chose. */
export const findByCredentialId = (
  db: BankDatabase,
  credentialId: string,
): Promise<(StoredPasskey & { readonly user: SessionUser }) | null> =>
  db.passkey.findUnique({
    where: { credentialId },
    include: { user: { select: { id: true, username: true, name: true } } },
  })

/**
 * Adds a passkey. With the first one, a user without unused recovery codes gets new ones, which are returned: they cannot be
 * read again.
 *
 * @throws {ServiceError} `invalid_request` when the user has as many as allowed, or when the passkey is registered.
 */
export async function addPasskey(db: BankDatabase, passkey: NewPasskey, source: NoticeSource, now: Date) {
  const { userId } = passkey
  try {
    return await db.$transaction(async (transaction) => {
      await lockUser(transaction, userId)
      const methods = await findSignInMethods(transaction, userId)
      if (methods.passkeys >= MAX_PASSKEYS) {
        const sentence = `You have ${MAX_PASSKEYS} passkeys. Remove one before you add another.`
        throw new ServiceError('invalid_request', sentence)
      }
      await transaction.passkey.create({ data: passkey })
      await addNotice(transaction, source, 'passkey_added', passkey.name)
      if (methods.passkeys > 0 || methods.unusedCodes > 0) return []
      await addNotice(transaction, source, 'recovery_codes_made')
      return replaceCodes(transaction, userId, now)
    })
  } catch (error) {
    if (!isUniqueViolation(error, 'credential_id')) throw error
    throw new ServiceError('invalid_request', 'This passkey is registered already.')
  }
}

/**
 * Removes a passkey. Returns false for an unknown passkey and for one of another user.
 *
 * @throws {ServiceError} `forbidden` when the user could not sign in any more.
 */
export async function removePasskey(db: BankDatabase, id: string, source: NoticeSource): Promise<boolean> {
  const { userId } = source
  return db.$transaction(async (transaction) => {
    await lockUser(transaction, userId)
    const removed = await transaction.passkey.findFirst({ where: { id, userId }, select: { name: true } })
    if (!removed || (await transaction.passkey.deleteMany({ where: { id, userId } })).count === 0) return false
    await requireWayIn(transaction, userId)
    await addNotice(transaction, source, 'passkey_removed', removed.name)
    return true
  })
}

export async function renamePasskey(db: BankDatabase, userId: string, id: string, name: string): Promise<boolean> {
  return (await db.passkey.updateMany({ where: { id, userId }, data: { name } })).count > 0
}

/**
 * Refuses a session for a passkey that was removed while it was verified. Waits for a removal that is under way.
 *
 * @throws {AuthError} `passkey_invalid`
 */
export const claimPasskey =
  (id: string): WithSession =>
  async (transaction) => {
    const [present] = await transaction.$queryRaw<unknown[]>`SELECT 1 FROM passkeys WHERE id = ${id}::uuid FOR SHARE`
    if (!present) throw new AuthError('passkey_invalid', 'the passkey was removed meanwhile')
  }

/**
 * Saves the use of a passkey with one conditional update. Returns false when the passkey was removed, or when another request
 * with the same or a higher counter was first.
 */
export async function touchPasskey(
  db: BankDatabase,
  id: string,
  { counter, backedUp, now }: { readonly counter: bigint; readonly backedUp: boolean; readonly now: Date },
): Promise<boolean> {
  const where = { id, OR: [{ counter: { lt: counter } }, ...(counter === 0n ? [{ counter }] : [])] }
  return (await db.passkey.updateMany({ where, data: { counter, backedUp, lastUsedAt: now } })).count > 0
}

/** Keeps challenges in the bank's database, so that another replica can verify the response. */
export const challengeStore = (db: BankDatabase): ChallengeStore => ({
  save: async (challenge) => {
    await db.passkeyChallenge.create({ data: challenge })
  },
  take: async (challenge) => {
    const [taken] = await db.$queryRaw<Awaited<ReturnType<ChallengeStore['take']>>[]>`
      DELETE FROM passkey_challenges WHERE challenge = ${challenge}
      RETURNING challenge, purpose, user_id AS "userId", browser_hash AS "browserHash", commitment, expires_at AS "expiresAt"`
    return taken ?? null
  },
})

/** Deletes challenges and confirmations that have expired. */
export async function sweepChallenges(db: BankDatabase, now: Date): Promise<void> {
  await db.passkeyChallenge.deleteMany({ where: { expiresAt: { lt: now } } })
  await db.transferConfirmation.deleteMany({ where: { expiresAt: { lt: now } } })
}
