import { type AdapterOptions, CONNECT_LIMIT_MILLISECONDS, packageFile, postgresAdapter } from '@signet/database'
import { PrismaClient } from './generated/client.js'

export { Prisma } from './generated/client.js'
export { runtimePrivileges } from './runtime-privileges.js'

export type RetirementDatabase = PrismaClient

/**
 * Creates retirement's database client. It connects at the first query, within 5 seconds or with an error. `$disconnect()` closes
 * its connections.
 */
export function createRetirementDatabase(
  connectionString: string,
  options: Pick<AdapterOptions, 'poolSize'> = {},
): RetirementDatabase {
  return new PrismaClient({
    adapter: postgresAdapter(connectionString, { ...options, applicationName: 'signet-retirement' }),
    transactionOptions: { maxWait: CONNECT_LIMIT_MILLISECONDS },
  })
}

/** The folder of the migrations, for `migrate()`. */
export const migrationsFolder: URL = packageFile(import.meta.url, 'migrations/')

/** The schema, for a test that compares the migrations with it. */
export const schemaFile: URL = packageFile(import.meta.url, 'schema.prisma')
