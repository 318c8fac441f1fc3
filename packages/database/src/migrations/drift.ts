import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { withSchemaEngine } from './engine.js'
import { readMigrations, toMigrationList } from './migration-files.js'

/**
 * Returns the SQL script that the migrations lack to produce the tables of the schema, as a draft of the next migration. Empty
 * when they match.
 *
 * `adminUrl` needs CREATEDB: the migrations run in a new database, which is dropped afterwards. The database in the URL stays
 * unchanged. Does *not* see what a Prisma schema cannot express: CHECK constraints, functions, privileges.
 */
export async function schemaDrift(
  adminUrl: string,
  schemaFile: string | URL,
  migrationsFolder: string | URL,
): Promise<string> {
  const path = schemaFile instanceof URL ? fileURLToPath(schemaFile) : schemaFile
  const [content, found] = await Promise.all([readFile(path, 'utf8'), readMigrations(migrationsFolder)])
  return withSchemaEngine(adminUrl, async (engine) => {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: 'migrations', ...toMigrationList(found) },
      to: { tag: 'schemaDatamodel', files: [{ path, content }] },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    })
    // 2 means that they differ. For 0 the script is a comment that says it is empty.
    return exitCode === 2 ? (stdout ?? '') : ''
  })
}
