import { randomBytes, randomUUID } from 'node:crypto'
import type { Passwords } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'

export interface MeasuredPerson {
  readonly username: string
  readonly password: string
  /** Removes the user and their sessions. */
  remove(): Promise<void>
}

const PREFIX = 'measured-'
/** A measurement takes seconds: an older user was left by a process that ended during one. */
const LEFT_BEHIND_MS = 300_000

/**
 * Creates a temporary user without accounts and with a random password. A measurement therefore changes no real user's
 * list of sessions, and works without the demo users.
 */
export async function createMeasuredPerson(db: BankDatabase, passwords: Passwords): Promise<MeasuredPerson> {
  // A customer may have such a username, but every customer has accounts.
  await db.user.deleteMany({
    where: {
      username: { startsWith: PREFIX },
      accounts: { none: {} },
      createdAt: { lt: new Date(Date.now() - LEFT_BEHIND_MS) },
    },
  })
  const id = randomUUID()
  const username = PREFIX + randomBytes(8).toString('hex')
  const password = randomBytes(24).toString('base64url')
  const passwordHash = await passwords.hash(password)
  await db.user.create({ data: { id, username, name: 'Temporary user of a measurement', passwordHash } })
  return {
    username,
    password,
    remove: async () => {
      await db.user.deleteMany({ where: { id } })
    },
  }
}
