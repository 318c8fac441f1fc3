import { openPool, type Pool } from '@signet/database'
import type { FastifyInstance } from 'fastify'
import { runRegularly } from '../regular-task.js'

export interface CounterLimit {
  readonly name: string
  readonly points: number
  readonly durationSeconds: number
}

export type Counters = ReturnType<typeof createCounters>

/**
 * Creates counters that all replicas share. One statement counts an attempt at all of them. The part of each counter reads
 * the result of the one before. So later counters are counted only after earlier ones, and rows are locked in one order,
 * without deadlocks. The sweep locks rows in another order: a statement that PostgreSQL ended for a deadlock is repeated.
 *
 * `count` counts an attempt, which has a key at every counter, at all of them, or at none when one has reached its limit. It returns
 * the time until that counter's window ends in ms, or a function that takes the attempt back from the same windows.
 */
export function createCounters(pool: Pool, limits: readonly CounterLimit[]) {
  // $1: the counters' keys. To count, $2 to $4 are now, limits and windows. To take back, $2 is the windows' ends.
  const parts = limits.map((_limit, at) => ({ at, key: `($1::text[])[${at + 1}]` }))
  const count = {
    name: `count-attempts-at-${limits.length}`,
    text: `WITH ${parts
      .map(
        ({ at, key }) => `c${at} AS (
          INSERT INTO rate_limits AS r (key, points, expire)
          SELECT ${key}, 1, $2::bigint + ($4::int[])[${at + 1}]
          ${at === 0 ? '' : `WHERE EXISTS (SELECT FROM c${at - 1})`}
          ON CONFLICT (key) DO UPDATE SET
            points = CASE WHEN r.expire <= $2::bigint THEN 1 ELSE r.points + 1 END,
            expire = CASE WHEN r.expire <= $2::bigint THEN excluded.expire ELSE r.expire END
          WHERE r.expire <= $2::bigint OR r.points < ($3::int[])[${at + 1}]
          RETURNING expire)`,
      )
      .join(', ')}
      ${parts.map(({ at }) => `SELECT ${at} AS at, expire FROM c${at}`).join(' UNION ALL ')}
      ORDER BY at`,
  }
  const takeBack = {
    name: `take-attempts-back-at-${limits.length}`,
    text: `WITH ${parts
      .map(
        ({ at, key }) => `c${at} AS (
          UPDATE rate_limits SET points = points - 1
          WHERE key = ${key} AND expire = ($2::bigint[])[${at + 1}]
          ${at === 0 ? '' : `AND (SELECT count(*) FROM c${at - 1}) >= 0`}
          RETURNING key)`,
      )
      .join(', ')}
      SELECT FROM c${limits.length - 1}`,
  }
  const usedUpUntil = { name: 'used-up-until', text: 'SELECT expire FROM rate_limits WHERE key = $1' }
  const run = async (query: { name: string; text: string }, values: unknown[]): Promise<string[]> => {
    const once = () => pool.query<{ expire: string }>({ ...query, values })
    const { rows } = await once().catch((error: unknown) => (isDeadlock(error) ? once() : Promise.reject(error)))
    return rows.map(({ expire }) => expire)
  }
  const points = limits.map((limit) => limit.points)
  const windowsMs = limits.map(({ durationSeconds }) => durationSeconds * 1_000)
  return {
    count: async (keys: readonly string[], nowMs: number) => {
      const named = limits.map(({ name }, at) => `${name}:${keys[at]}`)
      const ends = await run(count, [named, nowMs, points, windowsMs])
      const takeBackNow = async () => {
        if (ends.length > 0) await run(takeBack, [named, ends])
      }
      if (ends.length === limits.length) return takeBackNow
      await takeBackNow()
      const [until] = await run(usedUpUntil, [named[ends.length]])
      return Math.max(0, Number(until ?? nowMs) - nowMs)
    },
  }
}

const isDeadlock = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '40P01'

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
