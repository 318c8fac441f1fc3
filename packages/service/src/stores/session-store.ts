import connectPostgres from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import session from 'express-session'
import type pg from 'pg'
import type { SharedStore } from './shared-store.js'

/** What `@fastify/session` asks of a store; stores made for express-session answer it. */
export type SessionStore = Pick<session.Store, 'get' | 'set' | 'destroy'>

/** Expired rows are deleted this often; Redis forgets by itself. */
const PRUNE_SECONDS = 900

/** Sessions in the store that all replicas share. One that is not written for `idleTtlSeconds` is forgotten. */
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
    // What cannot be pruned now is pruned the next time.
    errorLog: () => {},
  })
  return withTable(store, shared.pool)
}

/**
 * Makes the store's table before it is first asked: replicas that start at once wait for one another, and a database
 * that was down is asked again the next time.
 */
function withTable(store: SessionStore, pool: pg.Pool): SessionStore {
  let made: Promise<unknown> | undefined
  const whenMade = (work: () => void, refuse: (error: unknown) => void) => {
    made ??= pool.query(TABLE).catch((error: unknown) => {
      made = undefined
      throw error
    })
    made.then(work, refuse)
  }
  return {
    get: (id, callback) => whenMade(() => store.get(id, callback), callback),
    set: (id, data, callback) =>
      whenMade(
        () => store.set(id, data, callback),
        (error) => callback?.(error),
      ),
    destroy: (id, callback) =>
      whenMade(
        () => store.destroy(id, callback),
        (error) => callback?.(error),
      ),
  }
}

/** As connect-pg-simple describes it. One transaction, under a lock of its own: PostgreSQL's IF NOT EXISTS can lose a race. */
const TABLE = `
  SELECT pg_advisory_xact_lock(hashtext('shared_sessions'));
  CREATE TABLE IF NOT EXISTS shared_sessions (
    sid varchar PRIMARY KEY,
    sess json NOT NULL,
    expire timestamp(6) NOT NULL
  );
  CREATE INDEX IF NOT EXISTS shared_sessions_expire_idx ON shared_sessions (expire);`
