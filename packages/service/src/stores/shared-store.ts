import { setTimeout as wait } from 'node:timers/promises'
import { openPool } from '@signet/database'
import type pg from 'pg'

/** The store that all replicas share: Redis (or Valkey) or PostgreSQL, by SESSION_STORE_URL. */
export type SharedStore = (
  | { readonly kind: 'redis'; readonly client: RedisClient }
  | { readonly kind: 'postgresql'; readonly pool: pg.Pool }
) & {
  /** Rejects when the store does not respond within two seconds. */
  ping(): Promise<unknown>
  close(): Promise<void>
}

export type RedisClient = Awaited<ReturnType<typeof createRedisClient>>

const TIMEOUT_MS = 2_000
const MAX_RECONNECT_MS = 1_000
/** Time for the store to become available when a service starts, because both may start together. */
const FIRST_ANSWER_MS = 4_000

/**
 * Opens the store and waits up to four seconds for its first response. Later it reconnects by itself: a request to an
 * unavailable store fails at once, and `onError` is called when an idle connection is lost.
 */
export async function openSharedStore(url: string, onError: (error: Error) => void): Promise<SharedStore> {
  return url.startsWith('redis') ? openRedis(url, onError) : openPostgres(url, onError)
}

/** Imports the client lazily: it takes 10 MB and a tenth of a service's start time. */
async function createRedisClient(url: string) {
  const { createClient } = await import('redis')
  return createClient({
    url,
    // No queue: commands fail at once instead of waiting for the store.
    disableOfflineQueue: true,
    commandOptions: { timeout: TIMEOUT_MS },
    socket: {
      connectTimeout: TIMEOUT_MS,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 5), MAX_RECONNECT_MS),
    },
  })
}

async function openRedis(url: string, onError: (error: Error) => void): Promise<SharedStore> {
  const client = await createRedisClient(url)
  let lastError: unknown
  client.on('error', (error: Error) => {
    lastError = error
    onError(error)
  })
  client.on('ready', () => {
    lastError = undefined
  })
  client.connect().catch(onError)
  const ready = new Promise((resolve) => client.once('ready', resolve))
  await Promise.race([ready, wait(FIRST_ANSWER_MS, undefined, { ref: false })])
  return {
    kind: 'redis',
    client,
    // The cause of the lost connection is more helpful.
    ping: () => client.ping().catch((error: unknown) => Promise.reject(lastError ?? error)),
    close: async () => client.destroy(),
  }
}

async function openPostgres(url: string, onError: (error: Error) => void): Promise<SharedStore> {
  const settings = { max: 4, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS }
  const pool = openPool(url, settings, onError)
  return { kind: 'postgresql', pool, ping: () => pool.query('SELECT 1'), close: () => pool.end() }
}
