import { Redis } from 'ioredis'
import pg from 'pg'
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible'

export interface LimiterSettings {
  readonly name: string
  readonly points: number
  readonly durationSeconds: number
}

/** Where all replicas count together: Redis (or Valkey), or PostgreSQL. */
export interface LimitStore {
  limiter(settings: LimiterSettings): Promise<RateLimiterAbstract>
  ping(): Promise<unknown>
  close(): Promise<void>
}

const TIMEOUT_MS = 2_000

/** `onError` hears of connections that break while nobody waits for them; whoever does wait gets the error itself. */
export function openLimitStore(url: string, onError: (error: Error) => void): LimitStore {
  return url.startsWith('redis') ? redisStore(url, onError) : postgresStore(url, onError)
}

function redisStore(url: string, onError: (error: Error) => void): LimitStore {
  // Without a queue: a sign-in that cannot be counted is refused at once instead of waiting for the store to come back.
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
  })
  client.on('error', onError)
  return {
    limiter: async ({ name, points, durationSeconds }) =>
      new RateLimiterRedis({ storeClient: client, keyPrefix: name, points, duration: durationSeconds }),
    ping: async () => {
      if (client.status === 'wait') await client.connect()
      return client.ping()
    },
    close: async () => client.disconnect(),
  }
}

function postgresStore(url: string, onError: (error: Error) => void): LimitStore {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  })
  pool.on('error', onError)
  return {
    limiter: async ({ name, points, durationSeconds }) => {
      const create = () =>
        new Promise<RateLimiterAbstract>((resolve, reject) => {
          const limiter = new RateLimiterPostgres(
            {
              storeClient: pool,
              storeType: 'pool',
              tableName: 'rate_limits',
              keyPrefix: name,
              points,
              duration: durationSeconds,
            },
            (error?: Error) => (error ? reject(error) : resolve(limiter)),
          )
        })
      // Two replicas that make the table at once: one of them finds it made, in PostgreSQL's own unfriendly way.
      return create().catch((error: unknown) => (isRaceOfCreation(error) ? create() : Promise.reject(error)))
    },
    ping: () => pool.query('SELECT 1'),
    close: () => pool.end(),
  }
}

function isRaceOfCreation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['23505', '42P07', '42710'].includes(String(error.code))
}
