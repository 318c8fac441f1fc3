import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { runRegularly } from '../regular-task.js'
import { KEY_RETENTION_DAYS } from './rules.js'
import { sweepKeys } from './store.js'

const DAY_MS = 86_400_000

/** Deletes expired keys every hour. */
export const sweepKeysRegularly = (app: App, { db }: { readonly db: BankDatabase }): void =>
  runRegularly(app, {
    everyMs: 3_600_000,
    failure: 'could not delete expired idempotency keys',
    run: async (now) => {
      const count = await sweepKeys(db, new Date(now.getTime() - KEY_RETENTION_DAYS * DAY_MS))
      app.log.info({ count }, 'deleted expired idempotency keys')
    },
  })
