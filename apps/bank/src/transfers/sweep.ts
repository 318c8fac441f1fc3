import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { KEY_RETENTION_DAYS } from './rules.js'
import { sweepKeys } from './store.js'

const SWEEP_EVERY_MS = 3_600_000
const DAY_MS = 86_400_000

/** Deletes expired keys every hour. Replicas may do so concurrently. */
export function sweepKeysRegularly(app: App, { db }: { readonly db: BankDatabase }): void {
  const timer = setInterval(() => {
    sweepKeys(db, new Date(Date.now() - KEY_RETENTION_DAYS * DAY_MS)).then(
      (count) => app.log.info({ count }, 'deleted expired idempotency keys'),
      (error: unknown) => app.log.warn({ err: error }, 'could not delete expired idempotency keys'),
    )
  }, SWEEP_EVERY_MS)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
