import { randomBytes, randomUUID } from 'node:crypto'
import type { Passwords } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'

/**
 * Creates a temporary user without accounts and with a random password. A demo therefore changes no real user's list of
 * sessions, and works without the demo users. Deletes users with this prefix that are older than `keptMs`: they were left behind.
 */
export async function createTemporaryUser(
  db: BankDatabase,
  passwords: Passwords,
  { prefix, keptMs }: { readonly prefix: string; readonly keptMs: number },
  nowMs: number,
) {
  // A customer may have such a username, but every customer has accounts.
  await db.user.deleteMany({
    where: {
      username: { startsWith: prefix },
      accounts: { none: {} },
      createdAt: { lt: new Date(nowMs - keptMs) },
    },
  })
  const id = randomUUID()
  const username = prefix + randomBytes(8).toString('hex')
  const password = randomBytes(24).toString('base64url')
  const passwordHash = await passwords.hash(password)
  await db.user.create({ data: { id, username, name: username, passwordHash } })
  return {
    username,
    password,
    /** Removes the user and their sessions. */
    remove: async () => {
      await db.user.deleteMany({ where: { id } })
    },
  }
}
