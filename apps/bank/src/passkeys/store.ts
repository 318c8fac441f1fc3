import type { BankDatabase } from '@signet/bank-database'
import { isUniqueViolation } from '@signet/database'
import { ServiceError } from '@signet/service'
import type { Transaction } from '../ledger/store.js'
import type { Person } from '../sessions/store.js'
import { MAX_PASSKEYS } from './rules.js'

export interface StoredPasskey {
  readonly id: string
  readonly userId: string
  /** In base64url. */
  readonly credentialId: string
  /** A COSE key. */
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: bigint
  readonly transports: readonly string[]
  /** Whether a password manager has a copy. */
  readonly backedUp: boolean
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

export type NewPasskey = Omit<StoredPasskey, 'createdAt' | 'lastUsedAt'>

/** Returns the number of passkeys of a user. */
export const countPasskeys = (db: Pick<Transaction, 'passkey'>, userId: string): Promise<number> =>
  db.passkey.count({ where: { userId } })

/** Lists a user's passkeys, oldest first. */
export const listPasskeys = (db: BankDatabase, userId: string): Promise<StoredPasskey[]> =>
  db.passkey.findMany({ where: { userId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: MAX_PASSKEYS })

/** Returns null for an unknown passkey and for one of another user. */
export const findPasskey = (db: BankDatabase, userId: string, id: string): Promise<StoredPasskey | null> =>
  db.passkey.findFirst({ where: { id, userId } })

/** Finds any user's passkey by the id that the authenticator chose. */
export const findByCredentialId = (
  db: BankDatabase,
  credentialId: string,
): Promise<(StoredPasskey & { readonly user: Person }) | null> =>
  db.passkey.findUnique({
    where: { credentialId },
    include: { user: { select: { id: true, username: true, name: true } } },
  })

/**
 * Locks a user until the transaction ends. Every change of what a user can sign in with takes this lock, so that concurrent
 * requests are decided one by one.
 */
export async function lockUser(transaction: Transaction, userId: string): Promise<void> {
  await transaction.$executeRaw`SELECT FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
}

/** Called in the transaction that adds a user's first passkey. Returns what the user must see once. */
export type OnFirstPasskey = (transaction: Transaction, userId: string) => Promise<readonly string[]>

/**
 * Adds a passkey. Returns what `onFirstPasskey` returned, or nothing for a further passkey.
 *
 * @throws {ServiceError} `invalid_request` when the user has as many as allowed, or when the passkey is registered.
 */
export async function addPasskey(
  db: BankDatabase,
  passkey: NewPasskey,
  onFirstPasskey: OnFirstPasskey,
): Promise<readonly string[]> {
  const { userId } = passkey
  try {
    return await db.$transaction(async (transaction) => {
      await lockUser(transaction, userId)
      const count = await countPasskeys(transaction, userId)
      if (count >= MAX_PASSKEYS) {
        throw new ServiceError(
          'invalid_request',
          `You have ${MAX_PASSKEYS} passkeys. Remove one before you add another.`,
        )
      }
      await transaction.passkey.create({ data: { ...passkey, transports: [...passkey.transports] } })
      return count === 0 ? onFirstPasskey(transaction, userId) : []
    })
  } catch (error) {
    if (!isUniqueViolation(error, 'credential_id')) throw error
    throw new ServiceError('invalid_request', 'This passkey is registered already.')
  }
}

/** Removes a passkey. Returns false for an unknown passkey and for one of another user. */
export async function removePasskey(db: BankDatabase, userId: string, id: string): Promise<boolean> {
  return db.$transaction(async (transaction) => {
    await lockUser(transaction, userId)
    return (await transaction.passkey.deleteMany({ where: { id, userId } })).count > 0
  })
}

/** Renames a passkey. Returns false for an unknown passkey and for one of another user. */
export async function renamePasskey(db: BankDatabase, userId: string, id: string, name: string): Promise<boolean> {
  return (await db.passkey.updateMany({ where: { id, userId }, data: { name } })).count > 0
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
