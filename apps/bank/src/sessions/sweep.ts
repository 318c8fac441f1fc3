import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { sweepNotices } from '../notices/store.js'
import { runRegularly } from '../regular-task.js'
import { sweepSessions } from './list.js'
import { revokeSessionsOfUsers } from './store.js'

interface SweepOptions {
  readonly db: BankDatabase
  readonly accessTokenTtlSeconds: number
  /** Users without access. */
  readonly closedUserIds: readonly string[]
}

/** Deletes old sessions and notices every ten minutes. */
export const sweepRegularly = (app: App, { db, accessTokenTtlSeconds, closedUserIds }: SweepOptions): void =>
  runRegularly(app, {
    everyMs: 600_000,
    failure: 'could not delete sessions that have ended',
    run: async (now) => {
      // A replica that still runs an older configuration may have signed one of them in.
      await revokeSessionsOfUsers(db, closedUserIds, now)
      await sweepNotices(db, now)
      const count = await sweepSessions(db, accessTokenTtlSeconds, now)
      app.log.info({ count }, 'deleted sessions that have ended')
    },
  })
