import { randomBytes, randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { findSession } from '../sessions/store.js'

/**
 * Creates a temporary user without accounts and with a random password. A demo therefore changes no real user's list of
 * sessions, and works without the demo users. Deletes users with this prefix from before `leftBehind`.
 */
export async function createTemporaryUser({ passwords }: App, db: BankDatabase, prefix: string, leftBehind: Date) {
  // A customer may have such a username, but every customer has accounts.
  await db.user.deleteMany({
    where: { username: { startsWith: prefix }, accounts: { none: {} }, createdAt: { lt: leftBehind } },
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

/** The minimum: `exp` is in whole seconds. */
const LIFE_SECONDS = 1

/** Issues another token of a session, which lives one second. Returns null when the session has ended. */
export async function issueShortLivedToken({ issueToken }: Pick<App, 'issueToken'>, db: BankDatabase, sid: string) {
  const session = await findSession(db, sid)
  if (!session || session.endedAt) return null
  const issued = issueToken({
    ...session.user,
    sid,
    statusNumber: session.statusNumber,
    authTimeSeconds: Math.floor(session.authTime.getTime() / 1000),
    expiresBySeconds: Math.floor(Date.now() / 1000) + LIFE_SECONDS,
  })
  return { ...issued, sessionExpiresAt: session.expiresAt }
}
