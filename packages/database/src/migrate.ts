import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from 'pg'
import { withConnection } from './client.js'
import { codeOf, DatabaseStartError, reasonOf } from './errors.js'

interface Migration {
  readonly name: string
  readonly script: string
  /** SHA-256 of the file in hexadecimal, as Prisma records it. */
  readonly checksum: string
}

/** The advisory lock of `prisma migrate deploy`. */
const MIGRATE_LOCK = 72_707_369

/** The table of `prisma migrate deploy`. */
const TABLE = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id varchar(36) PRIMARY KEY,
    checksum varchar(64) NOT NULL,
    finished_at timestamptz,
    migration_name varchar(255) NOT NULL,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`

/**
 * Applies the missing migrations of a folder and returns their names, oldest first. Costs two queries when there are none.
 *
 * The folder layout and the table `_prisma_migrations` are those of `prisma migrate deploy`, so both can be used. Concurrent
 * processes are safe: one applies, the others wait. Each migration is applied with its row in one transaction, or not at all.
 * Throws DatabaseStartError with `database_unreachable`, `migrations_missing`, `migration_edited`, `migration_failed`.
 *
 * Does *not* compare the tables with the migrations. Accepts applied migrations that the folder lacks, so that an older
 * replica can start next to a newer one.
 */
export async function migrate(url: string, migrationsFolder: string | URL): Promise<string[]> {
  const migrations = await readMigrations(migrationsFolder)
  return withConnection(url, async (client) => {
    if ((await findMissing(client, migrations)).length === 0) return []
    // Released when the connection closes.
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATE_LOCK])
    const missing = await findMissing(client, migrations)
    for (const migration of missing) await apply(client, migration)
    return missing.map(({ name }) => name)
  })
}

/** Returns whether every migration of a folder has been applied. Changes nothing. Throws as `migrate` does. */
export async function isMigrated(url: string, migrationsFolder: string | URL): Promise<boolean> {
  const migrations = await readMigrations(migrationsFolder)
  return withConnection(url, async (client) => (await findMissing(client, migrations)).length === 0)
}

/** Reads `<folder>/<name>/migration.sql`, oldest first. */
async function readMigrations(place: string | URL): Promise<Migration[]> {
  const folder = resolve(place instanceof URL ? fileURLToPath(place) : place)
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return []
    throw cause
  })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  if (names.length === 0) throw new DatabaseStartError('migrations_missing', `There are no migrations in ${folder}.`)
  return Promise.all(
    names.sort().map(async (name) => {
      const script = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, script, checksum: createHash('sha256').update(script).digest('hex') }
    }),
  )
}

async function findMissing(client: Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`,
  )
  if (!tables[0]?.found) return [...migrations]
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  )
  const unfinished = rows.find(({ finished }) => !finished)
  if (unfinished) {
    const sentence = `The migration ${unfinished.name} failed in an earlier run of Prisma, which an operator must resolve.`
    throw new DatabaseStartError('migration_failed', sentence)
  }
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]))
  const edited = migrations.find(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum)
  if (edited) {
    const sentence = `The migration ${edited.name} was changed after it was applied. Restore it, and add a new migration.`
    throw new DatabaseStartError('migration_edited', sentence)
  }
  return migrations.filter(({ name }) => !applied.has(name))
}

async function apply(client: Client, { name, script, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(TABLE)
    // Without parameters, PostgreSQL's simple protocol takes any number of statements.
    await client.query(script)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('COMMIT')
  } catch (cause) {
    // A lost connection has rolled back.
    await client.query('ROLLBACK').catch(() => {})
    throw new DatabaseStartError('migration_failed', `The migration failed: ${name}: ${reasonOf(cause)}`, { cause })
  }
}
