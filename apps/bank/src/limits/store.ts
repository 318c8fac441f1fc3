import { openPool, type Pool } from '@signet/database'
import type { FastifyInstance } from 'fastify'

const SWEEP_EVERY_MS = 300_000
/** A login that waits for its count longer than this is refused. */
const TIMEOUT_MS = 2_000

/** Connections of their own: a storm of logins takes none from those who are signed in. */
export const openCounterPool = (databaseUrl: string): Pool =>
  openPool(databaseUrl, {
    max: 4,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
    application_name: 'signet-bank-limits',
  })

/** Deletes counters whose window is over, every five minutes; any number of replicas may do so at once. */
export function sweepCountersRegularly(app: FastifyInstance, pool: Pool): void {
  const timer = setInterval(() => {
    pool
      .query('DELETE FROM rate_limits WHERE expire < $1', [Date.now()])
      .catch((error: unknown) => app.log.warn({ err: error }, 'counters of attempts could not be swept'))
  }, SWEEP_EVERY_MS)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
