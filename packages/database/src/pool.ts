import pg from 'pg'
import { connectionSettings } from './connection-settings.js'

export type { Pool } from 'pg'

/**
 * Opens a connection pool that survives the loss of any connection. Connects at the first query.
 *
 * node-postgres reports a lost connection by an `'error'` event: on the pool while the connection is idle, on the client
 * while a query or transaction has it. Without a listener Node.js ends the process, and the pool listens to idle clients
 * only. The query that was running is rejected either way.
 *
 * @param onConnectionLost hears of connections that are lost while idle. Default: no report.
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
