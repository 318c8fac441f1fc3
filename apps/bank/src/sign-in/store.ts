import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase, Prisma } from '@signet/bank-database'
import type { WithSession } from '../sessions/store.js'

const PERSON = { id: true, username: true, name: true, passwordHash: true, passwordChangedAt: true } as const
export type StoredPerson = Readonly<Prisma.UserGetPayload<{ select: typeof PERSON }>>

export async function findPerson(db: BankDatabase, username: string): Promise<StoredPerson | null> {
  return db.user.findUnique({ where: { username }, select: PERSON })
}

/** Replaces the hash of the same password. Does nothing when the password was changed since. */
export async function renewPasswordHash(db: BankDatabase, { id, passwordHash }: StoredPerson, renewed: string) {
  await db.user.updateMany({ where: { id, passwordHash }, data: { passwordHash: renewed } })
}

/**
 * Refuses a session for a password that was changed or removed while it was verified. Waits for a change that is under way,
 * and a later one waits until the session is there, which it then revokes.
 */
export const claimPassword =
  ({ id, passwordChangedAt }: StoredPerson): WithSession =>
  async (transaction) => {
    const [unchanged] = await transaction.$queryRaw<unknown[]>`
      SELECT 1 FROM users
      WHERE id = ${id}::uuid AND password_changed_at IS NOT DISTINCT FROM ${passwordChangedAt}::timestamptz FOR SHARE`
    if (!unchanged) throw new AuthError('invalid_credentials', 'the password was changed meanwhile')
  }
