import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { connectionSettings, openPool } from '../pool.js'

type PrismaPgConnection = Awaited<ReturnType<PrismaPg['connect']>>

/**
 * Prisma's adapter with four corrections for migrations:
 *
 * - It sends a script as a whole, as `prisma migrate deploy` does, so that it is atomic. The original splits it at every
 *   semicolon, also inside functions and strings, and runs the parts on any connection of the pool.
 * - It closes a shadow database before it drops it, as PostgreSQL requires.
 * - It reads PostgreSQL's type "char", which the catalog uses for constraint types.
 * - It closes every connection that it opened.
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

  /** Closes the engine's connections: a shadow database before the connection that drops it. */
  async close(): Promise<void> {
    for (const connection of this.#opened.reverse()) await connection.dispose()
  }

  async #open(url: string, afterwards?: () => Promise<void>): Promise<PrismaPgConnection> {
    const pool = openPool(url, { connectionTimeoutMillis: 5_000 })
    const connection = await new PrismaPg(readingChar(pool)).connect()
    readCharacters(connection)
    connection.executeScript = async (script) => {
      // Without parameters, PostgreSQL's simple protocol runs any number of statements in one transaction.
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

/** Converts an error to the form whose message the engine passes on and records with the migration. */
function toEngineError(thrown: unknown): unknown {
  if (!(thrown instanceof pg.DatabaseError)) return thrown
  const { code = '', severity = '', message, detail, column, hint } = thrown
  return new DriverAdapterError({
    kind: 'postgres',
    ...{ code, severity, message, detail, column, hint },
    ...{ originalCode: code, originalMessage: message },
  })
}

// PostgreSQL type OIDs.
const CHAR = 18
const CHAR_ARRAY = 1002

/**
 * Wraps a pool so that results report "char" as an array of it: the adapter refuses the type but knows the array.
 * `readCharacters` converts it back.
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
