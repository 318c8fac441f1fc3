import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { codeOf, DatabaseStartError } from '../errors.js'

export interface Migration {
  readonly name: string
  readonly script: string
  /** SHA-256 of the file in hexadecimal, as Prisma records it. */
  readonly checksum: string
}

export interface MigrationFolder {
  readonly folder: string
  readonly migrations: readonly Migration[]
  readonly lockfile: string | null
}

/** Reads `<folder>/<name>/migration.sql`, oldest first. Throws `migrations_missing` if there are none. */
export async function readMigrations(place: string | URL): Promise<MigrationFolder> {
  const folder = resolve(place instanceof URL ? fileURLToPath(place) : place)
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return []
    throw cause
  })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  if (names.length === 0) throw new DatabaseStartError('migrations_missing', `There are no migrations in ${folder}.`)
  const [migrations, lockfile] = await Promise.all([
    Promise.all(
      names.sort().map(async (name) => {
        const bytes = await readFile(join(folder, name, 'migration.sql'))
        return { name, script: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') }
      }),
    ),
    readFile(join(folder, 'migration_lock.toml'), 'utf8').catch(() => null),
  ])
  return { folder, migrations, lockfile }
}

/** Converts migrations to the schema engine's format. */
export function toMigrationList({ folder, migrations, lockfile }: MigrationFolder): MigrationList {
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: script } },
    })),
  }
}
