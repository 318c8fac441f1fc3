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
 * processes are safe: one applies a migration, the others wait. Each migration is applied with its row in one transaction, or
 * not at all.
 * Throws DatabaseStartError with `database_unreachable`, `migrations_missing`, `migration_edited`, `migration_failed`.
 *
 * Does *not* compare the tables with the migrations. Accepts applied migrations that the folder lacks, so that an older
 * replica can start next to a newer one.
 */
export async function migrate(url: string, migrationsFolder: string | URL): Promise<string[]> {
  const migrations = await readMigrations(migrationsFolder)
  return withConnection(url, async (client) => {
    const applied: string[] = []
    if (await isComplete(client, migrations)) return applied
    for (let name = await applyNext(client, migrations); name; name = await applyNext(client, migrations))
      applied.push(name)
    return applied
  })
}

/** Returns whether every migration of a folder has been applied. Changes nothing. Throws as `migrate` does. */
export async function isMigrated(url: string, migrationsFolder: string | URL): Promise<boolean> {
  const migrations = await readMigrations(migrationsFolder)
  return withConnection(url, (client) => isComplete(client, migrations))
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

async function isComplete(client: Client, migrations: readonly Migration[]): Promise<boolean> {
  const { missing, unfinished } = await readState(client, migrations)
  return missing.length === 0 && unfinished === undefined
}

/** Returns the migrations that are missing, and the one that Prisma is applying or that failed in it. */
async function readState(client: Client, migrations: readonly Migration[]) {
  const { rows: tables } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`,
  )
  if (!tables[0]?.found) return { missing: migrations, unfinished: undefined }
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  )
  const applied = new Map(rows.flatMap(({ name, checksum, finished }) => (finished ? [[name, checksum]] : [])))
  const edited = migrations.find(({ name, checksum }) => (applied.get(name) ?? checksum) !== checksum)
  if (edited) {
    const sentence = `The migration ${edited.name} was changed after it was applied. Restore it, and add a new migration.`
    throw new DatabaseStartError('migration_edited', sentence)
  }
  const unfinished = rows.find(({ finished }) => !finished)?.name
  return { missing: migrations.filter(({ name }) => !applied.has(name)), unfinished }
}

/** Applies the oldest missing migration, and returns its name. Returns undefined when none is missing. */
async function applyNext(client: Client, migrations: readonly Migration[]): Promise<string | undefined> {
  let next: Migration | undefined
  try {
    // Also where another level is the default: what other processes applied meanwhile must be seen after the wait.
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED')
    // Of the transaction: a transaction pooler keeps sessions, and their locks, for other clients.
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATE_LOCK])
    // Before the state is read, because the session's cache may not have the tables that others made during the wait.
    await client.query(TABLE)
    const { missing, unfinished } = await readState(client, migrations)
    if (unfinished) {
      const sentence = `The migration ${unfinished} failed in an earlier run of Prisma, which an operator must resolve.`
      throw new DatabaseStartError('migration_failed', sentence)
    }
    next = missing[0]
    if (next) await apply(client, next)
    await client.query('COMMIT')
    return next?.name
  } catch (cause) {
    // A lost connection has rolled back.
    await client.query('ROLLBACK').catch(() => {})
    if (cause instanceof DatabaseStartError) throw cause
    const reason = [next?.name, reasonOf(cause)].filter(Boolean).join(': ')
    throw new DatabaseStartError('migration_failed', `The migration failed: ${reason}`, { cause })
  }
}

async function apply(client: Client, { name, script, checksum }: Migration): Promise<void> {
  const id = randomUUID()
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())`,
    [id, checksum, name],
  )
  // Without parameters, PostgreSQL's simple protocol takes any number of statements.
  await client.query(script)
  await client.query(
    'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1',
    [id],
  )
}
