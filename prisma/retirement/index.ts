import { existsSync } from 'node:fs'
import { CONNECT_LIMIT_MILLISECONDS, postgresAdapter } from '@signet/database'
import { PrismaClient } from './generated/client.js'

export { Prisma } from './generated/client.js'
export { runtimePrivileges } from './runtime-privileges.js'

export type RetirementDatabase = PrismaClient

export interface DatabaseOptions {
  /** Maximum connections of this process. Default 10. */
  readonly poolSize?: number
}

/**
 * Creates retirement's database client. It connects at the first query, within 5 seconds or with an error. `$disconnect()` closes
 * its connections.
 */
export function createRetirementDatabase(connectionString: string, options: DatabaseOptions = {}): RetirementDatabase {
  return new PrismaClient({
    adapter: postgresAdapter(connectionString, { ...options, applicationName: 'signet-retirement' }),
    transactionOptions: { maxWait: CONNECT_LIMIT_MILLISECONDS },
  })
}

/** The folder of the migrations, for `migrate()`. In the sources it is next to this file, in the build one level up. */
export const migrationsFolder: URL = beside('migrations/')

/** The schema, for a test that compares the migrations with it. */
export const schemaFile: URL = beside('schema.prisma')

function beside(name: string): URL {
  const here = new URL(name, import.meta.url)
  return existsSync(here) ? here : new URL(`../${name}`, import.meta.url)
}
