import { env } from 'node:process'
import pg, { type ClientConfig } from 'pg'

/**
 * Returns the settings of a connection, from the URL alone. node-postgres also reads PGSSLMODE, PGOPTIONS, PGPORT and others,
 * which a shell may export. Some override explicit settings, so this removes them from the process's environment.
 */
export function connectionSettings(url: string) {
  for (const name of Object.keys(env)) if (/^PG[A-Z]/.test(name)) Reflect.deleteProperty(env, name)
  return {
    connectionString: withPort(url),
    // `sslmode` in the URL overrides these.
    ssl: false,
    sslnegotiation: 'postgres',
    client_encoding: 'UTF8',
    // The adapter writes and reads times without an offset, so the session must be in UTC. Otherwise `now()` in SQL and a Date
    // in JavaScript differ by hours.
    options: '-c TimeZone=UTC',
  } satisfies ClientConfig
}

function withPort(text: string): string {
  const url = new URL(text)
  // A URL without a host names a socket, and its port in the query.
  if (url.host === '' || url.port !== '' || url.searchParams.has('port')) return text
  url.port = '5432'
  return url.href
}

export type { Pool } from 'pg'

/**
 * Opens a connection pool that survives the loss of any connection. Connects at the first query.
 *
 * node-postgres reports a lost connection as an `'error'` event: on the pool for an idle connection, on the client for a used
 * one. The pool itself listens to idle clients only, and an event without a listener ends the process. The running query is
 * rejected in both cases.
 *
 * @param onConnectionLost called when an idle connection is lost. Default: not reported
 */
export function openPool(
  url: string,
  settings: pg.PoolConfig = {},
  onConnectionLost: (error: Error) => void = () => {},
): pg.Pool {
  const pool = new pg.Pool({ ...connectionSettings(url), ...settings })
  pool.on('error', onConnectionLost)
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
