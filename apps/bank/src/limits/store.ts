import { openPool, type Pool } from '@signet/database'
import type { FastifyInstance } from 'fastify'

const SWEEP_EVERY_MS = 300_000
/** A login that cannot be counted within this time is refused. */
const TIMEOUT_MS = 2_000

/** Opens separate connections, so that a burst of logins takes none from signed-in users. */
export const openCounterPool = (databaseUrl: string): Pool =>
  openPool(databaseUrl, {
    max: 4,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    application_name: 'signet-bank-limits',
  })

/** Deletes expired counters every five minutes. Replicas may do so concurrently. */
export function sweepCountersRegularly(app: FastifyInstance, pool: Pool): void {
  const timer = setInterval(() => {
    pool
      .query('DELETE FROM rate_limits WHERE expire < $1', [Date.now()])
      .catch((error: unknown) => app.log.warn({ err: error }, 'could not delete expired attempt counters'))
  }, SWEEP_EVERY_MS)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
