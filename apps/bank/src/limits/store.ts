import type { SharedStore } from '@signet/service'
import { RateLimiterPostgres } from 'rate-limiter-flexible'

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

/** Makes what counters need in the store. Replicas that start at once wait for one another. */
export async function prepareLimits(shared: SharedStore): Promise<void> {
  if (shared.kind !== 'postgresql') return
  await shared.pool.query(TABLE)
  // For its sweep alone: every few minutes it removes what is long over. Redis forgets by itself.
  new RateLimiterPostgres({
    storeClient: shared.pool,
    storeType: 'pool',
    tableName: RATE_LIMITS_TABLE,
    tableCreated: true,
    clearExpiredByTimeout: true,
    // It counts nothing.
    points: 0,
    duration: 0,
  })
}
