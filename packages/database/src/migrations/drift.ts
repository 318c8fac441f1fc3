import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { withSchemaEngine } from './engine.js'
import { readMigrations, toMigrationList } from './migration-files.js'

/**
 * What is missing in the migrations for them to make the tables that the schema describes: a SQL script, which a new
 * migration may start from; empty when the two agree.
 *
 * `adminUrl` needs the right to make databases: the migrations are played into a new one, which is dropped again. The
 * database that it names is not touched. It does not see what Prisma cannot say: CHECK constraints, functions, rights.
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
    // 2 stands for "they differ"; for 0 the script is a comment that says it is empty.
    return exitCode === 2 ? (stdout ?? '') : ''
  })
}
