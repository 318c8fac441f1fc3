import type { SharedStore } from '@signet/service'
import { RateLimiterRes } from 'rate-limiter-flexible'
import { createLimiter, type LimiterSettings, RATE_LIMITS_TABLE } from './store.js'

/** Counters, each with a limit of its own, that one try goes through in turn. A try has a key at each. */
export interface Counters {
  /**
   * Counts a try at each counter in turn, and at none after the first that is used up.
   *
   * @returns when that one begins anew, in ms; null where none is used up.
   */
  count(keys: readonly string[]): Promise<number | null>
  takeBack(keys: readonly string[]): Promise<void>
}

/** In PostgreSQL one statement counts a try at all of them, and one takes it back: sign-ins are many, and wait for it. */
export function createCounters(shared: SharedStore, limits: readonly LimiterSettings[]): Counters {
  if (shared.kind === 'postgresql') return inPostgres(shared, limits)
  const limiters = limits.map((limit) => createLimiter(shared, limit))
  return {
    count: async (keys) => {
      for (const [at, limiter] of limiters.entries()) {
        try {
          await limiter.consume(keys[at] ?? '')
        } catch (refusal) {
          if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext
          throw refusal
        }
      }
      return null
    },
    takeBack: async (keys) => {
      await Promise.all(limiters.map((limiter, at) => limiter.reward(keys[at] ?? '', 1)))
    },
  }
}

/**
 * The same on the same rows. Each counter's part of a statement reads what the one before returns, so that it is counted
 * after that, or not at all; and so that these statements lock rows in one order, and no two wait for each other. What
 * removes counters that are long over locks them in another: a statement that PostgreSQL ended for it is run once more.
 */
function inPostgres({ pool }: SharedStore & { kind: 'postgresql' }, limits: readonly LimiterSettings[]): Counters {
  // $1: now. $2, $3, $4: the counters' keys, limits and windows.
  const parts = limits.map((_limit, at) => ({ at, key: `($2::text[])[${at + 1}]`, ms: `($4::int[])[${at + 1}]` }))
  const isUsedUp = (at: number) => `points > ($3::int[])[${at + 1}]`
  const count = {
    name: `count-tries-at-${limits.length}`,
    text: `WITH ${parts
      .map(
        ({ at, key, ms }) => `c${at} AS (
          INSERT INTO ${RATE_LIMITS_TABLE} AS r (key, points, expire)
          SELECT ${key}, 1, $1::bigint + ${ms}
          ${at === 0 ? '' : `WHERE EXISTS (SELECT FROM c${at - 1} WHERE NOT ${isUsedUp(at - 1)})`}
          ON CONFLICT (key) DO UPDATE SET
            points = CASE WHEN r.expire <= $1::bigint THEN 1 ELSE r.points + 1 END,
            expire = CASE WHEN r.expire <= $1::bigint THEN excluded.expire ELSE r.expire END
          RETURNING points, expire)`,
      )
      .join(', ')}
      ${parts.map(({ at }) => `SELECT expire FROM c${at} WHERE ${isUsedUp(at)}`).join(' UNION ALL ')}`,
  }
  const takeBack = {
    name: `take-tries-back-at-${limits.length}`,
    text: `WITH ${parts
      .map(
        ({ at, key }) => `c${at} AS (
          UPDATE ${RATE_LIMITS_TABLE} SET points = points - 1
          WHERE key = ${key} AND expire > $1::bigint ${at === 0 ? '' : `AND (SELECT count(*) FROM c${at - 1}) >= 0`}
          RETURNING key)`,
      )
      .join(', ')}
      SELECT FROM c${limits.length - 1}`,
  }
  const run = (query: { name: string; text: string; values: unknown[] }) => {
    const once = () => pool.query<{ expire: string }>(query)
    return once().catch((error: unknown) => (isDeadlock(error) ? once() : Promise.reject(error)))
  }
  const named = (keys: readonly string[]) => limits.map(({ name }, at) => `${name}:${keys[at]}`)
  const points = limits.map((limit) => limit.points)
  const windowsMs = limits.map(({ durationSeconds }) => durationSeconds * 1_000)
  return {
    count: async (keys) => {
      const now = Date.now()
      const { rows } = await run({ ...count, values: [now, named(keys), points, windowsMs] })
      return rows[0] ? Number(rows[0].expire) - now : null
    },
    takeBack: async (keys) => {
      await run({ ...takeBack, values: [Date.now(), named(keys)] })
    },
  }
}

const isDeadlock = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '40P01'
