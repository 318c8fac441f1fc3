import { randomBytes, randomUUID } from 'node:crypto'
import type { Passwords } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'

export interface MeasuredPerson {
  readonly username: string
  readonly password: string
  /** Removes the person with all that is left of their sign-ins. */
  remove(): Promise<void>
}

const PREFIX = 'measured-'
/** A measurement takes seconds: whoever is left after this was left by a process that died. */
const LEFT_BEHIND_MS = 300_000

/**
 * Somebody to sign in who is nobody: without an account, under a password that this process makes and forgets. Nobody
 * else's lists of sign-ins change, and no demo person has to be there.
 */
export async function createMeasuredPerson(db: BankDatabase, passwords: Passwords): Promise<MeasuredPerson> {
  // A customer may have such a name, but a customer has accounts.
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
  await db.user.create({ data: { id, username, name: 'Nobody, for a measurement', passwordHash } })
  return {
    username,
    password,
    remove: async () => {
      await db.user.deleteMany({ where: { id } })
    },
  }
}
