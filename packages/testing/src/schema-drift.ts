import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'

declare global {
  /** The engine calls it before a panic. Without it, a panic has no message. */
  var PRISMA_WASM_PANIC_REGISTRY: { set_message(message: string): void } | undefined
}

/** Missing in the types of Node 20. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>
}

/**
 * Returns the SQL script that a migrated database lacks for the tables of a Prisma schema, as a draft of the next migration. Empty
 * when they match. Does *not* see what such a schema cannot express: CHECK constraints, functions, privileges.
 */
export async function schemaDrift(url: string, schemaFile: string | URL): Promise<string> {
  const path = schemaFile instanceof URL ? fileURLToPath(schemaFile) : schemaFile
  const files = [{ path, content: await readFile(path, 'utf8') }]
  loading ??= loadEngine()
  const SchemaEngine = await loading
  const pool = new pg.Pool({ connectionString: url })
  const adapter = bindMigrationAwareSqlAdapterFactory(new CatalogAdapter(readingChar(pool)))
  const engine = await SchemaEngine.new({ datamodels: files.map(({ content }) => [path, content]) }, () => {}, adapter)
  try {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    })
    // 2 means that they differ. For 0 the script is a comment that says it is empty.
    return exitCode === 2 ? (stdout ?? '') : ''
  } finally {
    engine.free()
    await pool.end()
  }
}

/** A second instance would take the memory of the first. */
let loading: ReturnType<typeof loadEngine> | undefined

/** Instantiates Prisma's schema engine by hand: the package's entry imports the `.wasm` as a module, which Node 20 cannot. */
async function loadEngine() {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => process.stderr.write(`${message}\n`) }
  const specifier = '@prisma/schema-engine-wasm/schema_engine_bg'
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = await readFile(new URL('schema_engine_bg.wasm', import.meta.resolve(specifier)))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  const { __wbindgen_start: start } = instance.exports
  if (typeof start === 'function') start()
  return glue.SchemaEngine
}

/** OIDs of PostgreSQL's type "char", which the catalog uses for constraint types. The adapter knows only arrays of it. */
const CHAR = 18
const CHAR_ARRAY = 1002

function readingChar(pool: pg.Pool): pg.Pool {
  const query = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryResult>
  const reading = async (config: pg.QueryConfig) => {
    const result = await query(config)
    for (const field of result.fields) if (field.dataTypeID === CHAR) field.dataTypeID = CHAR_ARRAY
    return result
  }
  return Object.assign(pool, { query: reading })
}

class CatalogAdapter extends PrismaPg {
  override async connect() {
    const connection = await super.connect()
    const queryRaw = connection.queryRaw.bind(connection)
    connection.queryRaw = async (sql) => {
      const { columnTypes, ...rest } = await queryRaw(sql)
      const { Character, CharacterArray } = ColumnTypeEnum
      return { ...rest, columnTypes: columnTypes.map((type) => (type === CharacterArray ? Character : type)) }
    }
    return connection
  }
}
