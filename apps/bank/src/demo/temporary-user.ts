import { randomBytes, randomUUID } from 'node:crypto'
import type { Passwords } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'

export interface TemporaryUser {
  readonly username: string
  readonly password: string
  /** Removes the user and their sessions. */
  remove(): Promise<void>
}

export interface TemporaryUserOptions {
  /** First part of the username. */
  readonly prefix: string
  readonly name: string
  /** An older user was left behind, and the next call deletes it. */
  readonly keptMs: number
}

/**
 * Creates a temporary user without accounts and with a random password. A demo therefore changes no real user's list of
 * sessions, and works without the demo users.
 */
export async function createTemporaryUser(
  db: BankDatabase,
  passwords: Passwords,
  { prefix, name, keptMs }: TemporaryUserOptions,
  nowMs: number,
): Promise<TemporaryUser> {
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
  await db.user.create({ data: { id, username, name, passwordHash } })
  return {
    username,
    password,
    remove: async () => {
      await db.user.deleteMany({ where: { id } })
    },
  }
}
