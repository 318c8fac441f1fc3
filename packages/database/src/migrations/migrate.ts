import type { Client } from 'pg'
import { withConnection } from '../client.js'
import { DatabaseStartError, reasonOf } from '../errors.js'
import { lastEnginePanic, withSchemaEngine } from './engine.js'
import { type Migration, readMigrations, toMigrationList } from './migration-files.js'

/** Different from the engine's own lock (72707369), which it takes on another connection meanwhile. */
const MIGRATE_LOCK = 743_118_201

/**
 * Applies the missing migrations of a folder and returns their names, oldest first. Costs one query when there are none.
 *
 * The folder layout and the table `_prisma_migrations` are those of `prisma migrate deploy`, so both can be used. Concurrent
 * processes are safe: one applies, the others wait. Each migration is atomic.
 * Throws DatabaseStartError with `database_unreachable`, `migrations_missing`, `migration_edited`, `migration_failed`.
 *
 * Does *not* compare the tables with the migrations. Accepts applied migrations that the folder lacks, so that an older
 * replica can start next to a newer one.
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
      throw new DatabaseStartError('migration_failed', `The migration failed: ${messageOf(cause)}`, {
        cause,
      })
    }
  })
}

/** Returns whether every migration of a folder has been applied. Changes nothing. Throws as `migrate` does. */
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
        `The migration ${name} was changed after it was applied. Restore it, and add a new migration.`,
      )
    }
    if (!row) return false
  }
  // An unfinished migration blocks all others until an operator resolves it. The engine reports it.
  return rows.every((row) => row.finished)
}

/** Returns the engine's message without its stack, after the name of the migration. */
function messageOf(thrown: unknown): string {
  const words = [reasonOf(thrown), lastEnginePanic()].join('\n')
  const [, name] = /migration_name="([^"]+)"/.exec(words) ?? []
  const [message = ''] = words.replace(/^external connector error\s+/, '').split(/\n\s+0: /)
  return [name, message.replace(/\s+/g, ' ').trim()].filter(Boolean).join(': ')
}
