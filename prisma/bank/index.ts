import { type AdapterOptions, CONNECT_LIMIT_MILLISECONDS, packageFile, postgresAdapter } from '@signet/database'
import { PrismaClient } from './generated/client.js'

export { type NoticeKind, Prisma } from './generated/client.js'
export { runtimePrivileges } from './runtime-privileges.js'

export type BankDatabase = PrismaClient

/**
 * Creates the bank's database client. It connects at the first query, within 5 seconds or with an error. `$disconnect()` closes its
 * connections.
 */
export function createBankDatabase(
  connectionString: string,
  options: Pick<AdapterOptions, 'poolSize'> = {},
): BankDatabase {
  return new PrismaClient({
    adapter: postgresAdapter(connectionString, { ...options, applicationName: 'signet-bank' }),
    transactionOptions: { maxWait: CONNECT_LIMIT_MILLISECONDS },
  })
}

/** The folder of the migrations, for `migrate()`. */
export const migrationsFolder: URL = packageFile(import.meta.url, 'migrations/')

/** The schema, for a test that compares the migrations with it. */
export const schemaFile: URL = packageFile(import.meta.url, 'schema.prisma')
