import { type CookieScope, createMemoryStore, defineCookie, type ServerSessionOptions } from '@signet/auth/verifier'
import connectPostgres from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import session from 'express-session'
import type pg from 'pg'
import type { SharedStore } from './shared-store.js'

interface SessionStrategiesOptions {
  readonly cookieScope: CookieScope
  readonly shared: SharedStore
  readonly idleTtlSeconds: number
  /** Whether to offer memory sessions, which no other process and no other app accepts. */
  readonly inMemory: boolean
  /** Called when a session is used, at most once per minute. */
  readonly onSeen?: ((sid: string) => void) | undefined
  /** Whether to delete expired sessions from a PostgreSQL store. Default true. */
  readonly prune?: boolean
}

export type SessionStrategy = ServerSessionOptions

/** Returns the session strategies with their stores and cookies, for both services. */
export function sessionStrategies(options: SessionStrategiesOptions): SessionStrategy[] {
  const { cookieScope, shared, idleTtlSeconds, inMemory, onSeen, prune = true } = options
  const common = { idleTtlSeconds, ...(onSeen ? { onSeen } : {}) }
  const sharedSessions: SessionStrategy = {
    ...common,
    strategy: 'shared-session',
    cookie: defineCookie('shared_session', cookieScope),
    // Stores of express-session are typed for its own session, but store any.
    store: sharedSessionStore(shared, idleTtlSeconds, { prune }) as unknown as SessionStrategy['store'],
  }
  const memorySessions: SessionStrategy = {
    ...common,
    strategy: 'session',
    cookie: defineCookie('session', cookieScope),
    store: createMemoryStore(idleTtlSeconds),
  }
  return inMemory ? [sharedSessions, memorySessions] : [sharedSessions]
}

/** The part of a session store that `@fastify/session` uses. Stores for express-session implement it. */
type SessionStore = Pick<session.Store, 'get' | 'set' | 'destroy'>

/** Interval for deleting expired rows. Redis expires keys by itself. */
const PRUNE_SECONDS = 900

/** Returns a session store that all replicas share. A session expires when it is not written for `idleTtlSeconds`. */
export function sharedSessionStore(
  shared: SharedStore,
  idleTtlSeconds: number,
  { prune = true }: { readonly prune?: boolean } = {},
): SessionStore {
  if (shared.kind === 'redis')
    return new RedisStore({ client: shared.client, prefix: 'signet-session:', ttl: idleTtlSeconds })
  const PostgresStore = connectPostgres(session)
  const store = new PostgresStore({
    pool: shared.pool,
    tableName: 'shared_sessions',
    ttl: idleTtlSeconds,
    pruneSessionInterval: prune && PRUNE_SECONDS,
    // A failed deletion is repeated at the next interval.
    errorLog: () => {},
  })
  return withTable(store, shared.pool)
}

/**
 * Creates the table before the first use of the store. Concurrent replicas wait for each other, and a failed attempt is
 * repeated at the next use.
 */
function withTable(store: SessionStore, pool: pg.Pool): SessionStore {
  let made: Promise<unknown> | undefined
  const whenMade = (work: () => void, refuse?: (error: unknown) => void) => {
    made ??= pool.query(TABLE).catch((error: unknown) => {
      made = undefined
      throw error
    })
    made.then(work, (error: unknown) => refuse?.(error))
  }
  return {
    get: (id, callback) => whenMade(() => store.get(id, callback), callback),
    set: (id, data, callback) => whenMade(() => store.set(id, data, callback), callback),
    destroy: (id, callback) => whenMade(() => store.destroy(id, callback), callback),
  }
}

/** The table of connect-pg-simple. Created under a lock in one transaction, because IF NOT EXISTS can lose a race. */
const TABLE = `
  SELECT pg_advisory_xact_lock(hashtext('shared_sessions'));
  CREATE TABLE IF NOT EXISTS shared_sessions (
    sid varchar PRIMARY KEY,
    sess json NOT NULL,
    expire timestamp(6) NOT NULL
  );
  CREATE INDEX IF NOT EXISTS shared_sessions_expire_idx ON shared_sessions (expire);`
