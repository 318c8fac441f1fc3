import type { SharedStore } from '@signet/service'
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible'

export const RATE_LIMITS_TABLE = 'rate_limits'

/**
 * As rate-limiter-flexible describes it. Unlogged: each sign-in writes here twice and need not wait for the disk, and a
 * database that has crashed counts anew, as Redis does. Made under a lock of its own: PostgreSQL's IF NOT EXISTS can lose
 * a race.
 */
const TABLE = `
  SELECT pg_advisory_xact_lock(hashtext('${RATE_LIMITS_TABLE}'));
  CREATE UNLOGGED TABLE IF NOT EXISTS ${RATE_LIMITS_TABLE} (
    key varchar(255) PRIMARY KEY,
    points integer NOT NULL DEFAULT 0,
    expire bigint
  );`

export interface LimiterSettings {
  readonly name: string
  readonly points: number
  readonly durationSeconds: number
}

/** Makes what counters need in the store. Replicas that start at once wait for one another. */
export async function prepareLimits(shared: SharedStore): Promise<void> {
  if (shared.kind === 'postgresql') await shared.pool.query(TABLE)
}

/** A counter that all replicas share. In PostgreSQL it also removes, from time to time, what is long over. */
export function createLimiter(
  shared: SharedStore,
  { name, points, durationSeconds }: LimiterSettings,
): RateLimiterAbstract {
  const settings = { keyPrefix: name, points, duration: durationSeconds }
  return shared.kind === 'redis'
    ? new RateLimiterRedis({ ...settings, storeClient: shared.client, useRedisPackage: true })
    : new RateLimiterPostgres({
        ...settings,
        storeClient: shared.pool,
        storeType: 'pool',
        tableName: RATE_LIMITS_TABLE,
        tableCreated: true,
      })
}
