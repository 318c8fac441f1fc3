import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { listNoticesSince } from './store.js'

/** The trigger on `security_notices` notifies here, in the transaction that inserts. */
const CHANNEL = 'signet_security_notices'
/** Longer than a transaction that inserts a notice. A notice may become visible after a later one. */
const RECENT_MS = 60_000

/**
 * Sends the event `notice` to the open pages of a user who has a new notice, at every bank process. A page that it does not reach
 * shows the notice when it is loaded again.
 */
export function pushNotices(app: App, db: BankDatabase): void {
  const sentAtMs = new Map<string, number>()
  let isReading = false
  let isStale = false

  async function read(): Promise<void> {
    const nowMs = Date.now()
    for (const { id, userId } of await listNoticesSince(db, new Date(nowMs - RECENT_MS))) {
      if (!sentAtMs.has(id)) app.notifyUser(userId, 'notice')
      sentAtMs.set(id, nowMs)
    }
    for (const [id, atMs] of sentAtMs) if (atMs < nowMs - RECENT_MS) sentAtMs.delete(id)
  }

  /** However many notifications arrive, one reading runs, and another one begins after the last of them. */
  async function readSoon(): Promise<void> {
    isStale = true
    if (isReading) return
    isReading = true
    while (isStale) {
      isStale = false
      await read().catch((error: unknown) => app.log.warn({ err: error }, 'could not read new security notices'))
    }
    isReading = false
  }

  app.databaseChannels.set(CHANNEL, readSoon)
}
