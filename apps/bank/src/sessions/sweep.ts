import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { sweepNotices } from '../notices/store.js'
import { sweepSessions } from './list.js'
import { revokeSessionsOfUsers } from './store.js'

const SWEEP_EVERY_MS = 600_000

interface SweepOptions {
  readonly db: BankDatabase
  readonly accessTokenTtlSeconds: number
  /** Users without access. */
  readonly closedUserIds: readonly string[]
}

/** Deletes old sessions every ten minutes. Replicas may do so concurrently. */
export function sweepRegularly(app: App, { db, accessTokenTtlSeconds, closedUserIds }: SweepOptions): void {
  const timer = setInterval(() => {
    sweep().then(
      (count) => app.log.info({ count }, 'deleted sessions that have ended'),
      (error: unknown) => app.log.warn({ err: error }, 'could not delete sessions that have ended'),
    )
  }, SWEEP_EVERY_MS)
  async function sweep(): Promise<number> {
    const now = new Date()
    // A replica that still runs an older configuration may have signed one of them in.
    await revokeSessionsOfUsers(db, closedUserIds, now)
    await sweepNotices(db, now)
    return sweepSessions(db, accessTokenTtlSeconds, now)
  }
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
