import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { findSession } from '../sessions/store.js'

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
