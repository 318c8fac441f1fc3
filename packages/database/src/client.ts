import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { DatabaseStartError, reasonOf } from './errors.js'
import { connectionSettings, openPool } from './pool.js'

/** Returns a file of the package of a database: in its sources next to `module`, in its build one level up. */
export function packageFile(module: string, name: string): URL {
  const beside = new URL(name, module)
  return existsSync(beside) ? beside : new URL(`../${name}`, module)
}

/** Time limit for connecting, and for getting a connection from the pool, in ms. */
export const CONNECT_LIMIT_MILLISECONDS = 5_000

export interface AdapterOptions {
  /** Maximum connections of this process. Default 10. */
  readonly poolSize?: number
  /** Name of the connections in `pg_stat_activity`. */
  readonly applicationName?: string
}

/**
 * Returns the driver adapter of a Prisma client. Connects at the first query, and reconnects after an outage.
 *
 * Limits: 5 s to connect and 5 s for a connection of the pool, then an error. The server cancels a statement after 5 s and
 * rolls back a transaction that is idle for 30 s.
 */
export function postgresAdapter(connectionString: string, options: AdapterOptions = {}): PrismaPg {
  const settings = {
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: CONNECT_LIMIT_MILLISECONDS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // The server's limit, and the client's for a server that stopped responding.
    statement_timeout: 5_000,
    query_timeout: 6_000,
    idle_in_transaction_session_timeout: 30_000,
    ...(options.applicationName === undefined ? {} : { application_name: options.applicationName }),
  }
  // The adapter's own pool lets the loss of a used connection end the process.
  return new PrismaPg(openPool(connectionString, settings), {
    disposeExternalPool: true,
    statementNameGenerator: statementNames(),
  })
}

/** Further statements are not prepared: a connection keeps its prepared statements forever. */
const MAX_PREPARED_STATEMENTS = 200

/** Names statements by their text, so that each connection parses and plans them once. Planning takes longer than running. */
function statementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>()
  return ({ sql }) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= MAX_PREPARED_STATEMENTS) return ''
    // A hash of the text, so that a name means the same in every process that shares a connection.
    const name = createHash('sha256').update(sql).digest('base64url')
    names.set(sql, name)
    return name
  }
}

interface Queryable {
  $queryRawUnsafe(query: string): PromiseLike<unknown>
}

const REACHABLE_LIMIT_MILLISECONDS = 1_000

/** Rejects when the database does not respond to a query within one second, for a readiness probe. */
export async function requireReachable(database: Queryable): Promise<void> {
  const answered = Promise.resolve(database.$queryRawUnsafe('SELECT 1')).then(
    () => true,
    () => false,
  )
  const isReachable = await Promise.race([answered, wait(REACHABLE_LIMIT_MILLISECONDS, false, { ref: false })])
  if (!isReachable) throw new Error('the database does not respond')
}

/** Runs `work` on its own connection and closes it. Throws `database_unreachable` when it cannot connect. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connectionSettings(url), connectionTimeoutMillis: CONNECT_LIMIT_MILLISECONDS })
  // An idle connection reports its loss here. The next query then fails.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (cause) {
    const { host, pathname } = new URL(url)
    throw new DatabaseStartError('database_unreachable', `PostgreSQL at ${host}${pathname}: ${reasonOf(cause)}`, {
      cause,
    })
  }
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
