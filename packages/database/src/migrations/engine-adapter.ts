import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { connectionSettings } from '../connection-settings.js'
import { openPool } from '../pool.js'

type PrismaPgConnection = Awaited<ReturnType<PrismaPg['connect']>>

/**
 * Prisma's adapter, with four things of its own put right for migrations.
 *
 * A script is sent whole, as `prisma migrate deploy` sends it, so that it happens whole or not at all; the original
 * cuts it at every semicolon, those in functions and texts included, and runs the pieces one by one, on any connection
 * of the pool. A shadow database is left before it is dropped, or PostgreSQL does not drop it. PostgreSQL's type
 * "char", in which its catalog says what a constraint is, is read. And what was opened is known, so that it is closed.
 */
export class MigrationAdapter extends PrismaPg {
  readonly #url: string
  readonly #opened: PrismaPgConnection[] = []

  constructor(url: string) {
    super(connectionSettings(url))
    this.#url = url
  }

  override async connect(): Promise<PrismaPgConnection> {
    return this.#open(this.#url)
  }

  override async connectToShadowDb(): Promise<PrismaPgConnection> {
    const admin = await this.#open(this.#url)
    const database = `prisma_migrate_shadow_db_${globalThis.crypto.randomUUID()}`
    const name = pg.escapeIdentifier(database)
    await admin.executeScript(`CREATE DATABASE ${name}`)
    const url = new URL(this.#url)
    url.pathname = `/${database}`
    return this.#open(url.href, async () => {
      await admin.executeScript(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.dispose()
    })
  }

  /** Closes what the engine left open, a shadow database before the connection that drops it. */
  async close(): Promise<void> {
    for (const connection of this.#opened.reverse()) await connection.dispose()
  }

  async #open(url: string, afterwards?: () => Promise<void>): Promise<PrismaPgConnection> {
    const pool = openPool(url, { connectionTimeoutMillis: 5_000 })
    const connection = await new PrismaPg(readingChar(pool)).connect()
    readCharacters(connection)
    connection.executeScript = async (script) => {
      // Without parameters this is PostgreSQL's simple protocol: any number of statements, in one transaction.
      await pool.query(script).catch((thrown: unknown) => {
        throw toEngineError(thrown)
      })
    }
    let disposed: Promise<void> | undefined
    connection.dispose = () => {
      disposed ??= pool.end().then(afterwards)
      return disposed
    }
    this.#opened.push(connection)
    return connection
  }
}

/** The engine passes on PostgreSQL's words, and records them beside the migration, when they come in this form. */
function toEngineError(thrown: unknown): unknown {
  if (!(thrown instanceof pg.DatabaseError)) return thrown
  const { code = '', severity = '', message, detail, column, hint } = thrown
  return new DriverAdapterError({
    kind: 'postgres',
    ...{ code, severity, message, detail, column, hint },
    ...{ originalCode: code, originalMessage: message },
  })
}

// PostgreSQL's type numbers.
const CHAR = 18
const CHAR_ARRAY = 1002

/**
 * A pool whose answers call a "char" an array of them, which is the only way to get the adapter, which refuses the
 * one and knows the other, to say that a column holds characters. `readCharacters` sets it right again.
 */
function readingChar(pool: pg.Pool): pg.Pool {
  const query = async (config: pg.QueryConfig): Promise<pg.QueryResult> => {
    const result = await pool.query(config)
    for (const field of result.fields) if (field.dataTypeID === CHAR) field.dataTypeID = CHAR_ARRAY
    return result
  }
  return new Proxy(pool, {
    get(target, key) {
      if (key === 'query') return query
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function readCharacters(connection: PrismaPgConnection): void {
  const queryRaw = connection.queryRaw.bind(connection)
  connection.queryRaw = async (query) => {
    const { columnTypes, ...rest } = await queryRaw(query)
    const { Character, CharacterArray } = ColumnTypeEnum
    return { ...rest, columnTypes: columnTypes.map((type) => (type === CharacterArray ? Character : type)) }
  }
}
