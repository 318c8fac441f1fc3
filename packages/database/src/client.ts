import { createHash } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { connectionSettings } from './connection-settings.js'
import { DatabaseStartError, reasonOf } from './errors.js'
import { openPool } from './pool.js'

/** For a server to answer, and for one of the pool's connections, whoever waits for it: a query or a transaction. */
export const CONNECT_LIMIT_MILLISECONDS = 5_000

export interface AdapterOptions {
  /** Connections held at most, by this process. Default 10. */
  readonly poolSize?: number
  /** How the connections are named in `pg_stat_activity`. */
  readonly applicationName?: string
}

/**
 * What a Prisma client talks through. A server that is down or does not answer is an error after 5 seconds, and so is
 * waiting that long for a connection of the pool; a statement that runs for 5 seconds is cancelled, and a transaction
 * that its process forgot for 30 is rolled back. Connects at the first query, and again after an outage.
 */
export function postgresAdapter(connectionString: string, options: AdapterOptions = {}): PrismaPg {
  const settings = {
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: CONNECT_LIMIT_MILLISECONDS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // The server's own limit, and ours for a server that has stopped answering at all.
    statement_timeout: 5_000,
    query_timeout: 6_000,
    idle_in_transaction_session_timeout: 30_000,
    ...(options.applicationName === undefined ? {} : { application_name: options.applicationName }),
  }
  // A pool of our own: the adapter's lets the loss of a connection that is in use end the process.
  return new PrismaPg(openPool(connectionString, settings), {
    disposeExternalPool: true,
    statementNameGenerator: statementNames(),
  })
}

/** Statements beyond these are read and planned at each use: a connection keeps what it has prepared for ever. */
const MAX_PREPARED_STATEMENTS = 200

/** Names for statements that are prepared once a connection, by their text: reading one and planning it takes longer than running it. */
function statementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>()
  return ({ sql }) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= MAX_PREPARED_STATEMENTS) return ''
    // Of the text, so that it means the same in every process, should several share a connection.
    const name = createHash('sha256').update(sql).digest('base64url')
    names.set(sql, name)
    return name
  }
}

interface Queryable {
  $queryRawUnsafe(query: string): PromiseLike<unknown>
}

/** Whether the database answers a query within the limit, for a readiness probe. Never throws. */
export async function isReachable(database: Queryable, limitMilliseconds = 1_000): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, limitMilliseconds, false)
  })
  const answered = Promise.resolve(database.$queryRawUnsafe('SELECT 1')).then(
    () => true,
    () => false,
  )
  return Promise.race([answered, tooLate]).finally(() => clearTimeout(timer))
}

/** @throws when the database does not answer a query within the limit: for a readiness probe that lists what is missing. */
export async function requireReachable(database: Queryable): Promise<void> {
  if (!(await isReachable(database))) throw new Error('the database does not answer')
}

/** Runs `work` on one connection of its own and closes it. A server that does not answer is `database_unreachable`. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connectionSettings(url), connectionTimeoutMillis: CONNECT_LIMIT_MILLISECONDS })
  // A connection that breaks while nothing runs on it is reported here; the next query fails and says so.
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
