import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { sweepSessions } from './list.js'
import { revokeSessionsOfUsers } from './store.js'

const SWEEP_EVERY_MS = 600_000

interface SweepOptions {
  readonly db: BankDatabase
  readonly accessTokenTtlSeconds: number
  /** Users who have no access. */
  readonly closedUserIds: readonly string[]
}

/** Forgets sign-ins that are long over, every ten minutes; any number of replicas may do so at once. */
export function sweepRegularly(app: App, { db, accessTokenTtlSeconds, closedUserIds }: SweepOptions): void {
  const timer = setInterval(() => {
    sweep().then(
      (count) => app.log.info({ count }, 'swept sign-ins that are over'),
      (error: unknown) => app.log.warn({ err: error }, 'sign-ins could not be swept'),
    )
  }, SWEEP_EVERY_MS)
  async function sweep(): Promise<number> {
    const now = new Date()
    // A replica that is about to be replaced may have let one of them in.
    await revokeSessionsOfUsers(db, closedUserIds, now)
    return sweepSessions(db, accessTokenTtlSeconds, now)
  }
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
