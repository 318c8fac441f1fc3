import type { Client } from 'pg'
import { withConnection } from '../client.js'
import { DatabaseStartError, reasonOf } from '../errors.js'
import { lastEnginePanic, withSchemaEngine } from './engine.js'
import { type Migration, readMigrations, toMigrationList } from './migration-files.js'

/** Not the engine's own lock (72707369), which it takes on another connection while this one is held. */
const MIGRATE_LOCK = 743_118_201

/**
 * Brings a database to the newest migration of a folder and returns the names applied, oldest first; none when there
 * was nothing to do, which costs one query.
 *
 * The folder, and what is written to `_prisma_migrations`, are those of `prisma migrate deploy`; the two can be mixed.
 * Any number of processes may call it at once: one applies, the others wait. A migration happens whole or not at all.
 * Throws DatabaseStartError with `database_unreachable`, `migrations_missing`, `migration_edited`, `migration_failed`.
 *
 * It does not check that the tables are what the migrations left, and lets pass migrations that the database has and
 * the folder does not: an older replica that starts beside a newer one.
 */
export async function migrate(url: string, migrationsFolder: string | URL): Promise<string[]> {
  const found = await readMigrations(migrationsFolder)
  return withConnection(url, async (client) => {
    if (await isUpToDate(client, found.migrations)) return []
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATE_LOCK])
    if (await isUpToDate(client, found.migrations)) return []
    try {
      return await withSchemaEngine(url, async (engine) => {
        const filters = { externalTables: [], externalEnums: [] }
        const { appliedMigrationNames } = await engine.applyMigrations({
          migrationsList: toMigrationList(found),
          filters,
        })
        return appliedMigrationNames
      })
    } catch (cause) {
      throw new DatabaseStartError('migration_failed', `The database could not be migrated: ${inOneLine(cause)}`, {
        cause,
      })
    }
  })
}

/** Whether everything of a folder has been applied to a database. Changes nothing; throws as `migrate` does. */
export async function isMigrated(url: string, migrationsFolder: string | URL): Promise<boolean> {
  const { migrations } = await readMigrations(migrationsFolder)
  return withConnection(url, (client) => isUpToDate(client, migrations))
}

interface Row {
  readonly migration_name: string
  readonly checksum: string
  readonly finished: boolean
}

async function isUpToDate(client: Client, migrations: readonly Migration[]): Promise<boolean> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`,
  )
  if (!tables[0]?.found) return false
  const { rows } = await client.query<Row>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  )
  for (const { name, checksum } of migrations) {
    const row = rows.find((candidate) => candidate.migration_name === name && candidate.finished)
    if (row && row.checksum !== checksum) {
      throw new DatabaseStartError(
        'migration_edited',
        `The migration ${name} was changed after it had been applied: restore it, and add a new one.`,
      )
    }
    if (!row) return false
  }
  // One that began and did not end stops everything until somebody has looked at it: the engine says so.
  return rows.every((row) => row.finished)
}

/** The engine's words without its stack, led by the name of the migration, which stands only there. */
function inOneLine(thrown: unknown): string {
  const words = [reasonOf(thrown), lastEnginePanic()].join('\n')
  const [, name] = /migration_name="([^"]+)"/.exec(words) ?? []
  const [message = ''] = words.replace(/^external connector error\s+/, '').split(/\n\s+0: /)
  return [name, message.replace(/\s+/g, ' ').trim()].filter(Boolean).join(': ')
}
