import type { SharedStore } from '@signet/service'
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible'

export const RATE_LIMITS_TABLE = 'rate_limits'

export interface LimiterSettings {
  readonly name: string
  readonly points: number
  readonly durationSeconds: number
}

/** A counter that all replicas share. */
export async function createLimiter(
  shared: SharedStore,
  { name, points, durationSeconds }: LimiterSettings,
): Promise<RateLimiterAbstract> {
  const settings = { keyPrefix: name, points, duration: durationSeconds }
  if (shared.kind === 'redis')
    return new RateLimiterRedis({ ...settings, storeClient: shared.client, useRedisPackage: true })
  const create = () =>
    new Promise<RateLimiterAbstract>((resolve, reject) => {
      const limiter = new RateLimiterPostgres(
        { ...settings, storeClient: shared.pool, storeType: 'pool', tableName: RATE_LIMITS_TABLE },
        (error?: Error) => (error ? reject(error) : resolve(limiter)),
      )
    })
  // Two replicas that make the table at once: one of them finds it made, in PostgreSQL's own unfriendly way.
  return create().catch((error: unknown) => (isRaceOfCreation(error) ? create() : Promise.reject(error)))
}

function isRaceOfCreation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['23505', '42P07', '42710'].includes(String(error.code))
}
