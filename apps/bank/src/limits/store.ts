import { openPool, type Pool } from '@signet/database'
import type { FastifyInstance } from 'fastify'
import { runRegularly } from '../regular-task.js'

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

/** Deletes expired counters every five minutes. */
export const sweepCountersRegularly = (app: FastifyInstance, pool: Pool): void =>
  runRegularly(app, {
    everyMs: 300_000,
    failure: 'could not delete expired attempt counters',
    run: (now) => pool.query('DELETE FROM rate_limits WHERE expire < $1', [now.getTime()]),
  })
