import pg from 'pg'
import { connectionSettings } from './connection-settings.js'

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
