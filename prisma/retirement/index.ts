import { existsSync } from 'node:fs'
import { CONNECT_LIMIT_MILLISECONDS, postgresAdapter } from '@signet/database'
import { PrismaClient } from './generated/client.js'

export { Prisma } from './generated/client.js'
export { runtimePrivileges } from './runtime-privileges.js'

export type RetirementDatabase = PrismaClient

export interface DatabaseOptions {
  /** Connections held at most, by this process. Default 10. */
  readonly poolSize?: number
}

/**
 * Retirement's client. It connects at the first query; a server that does not answer is an error after 5 seconds.
 * `$disconnect()` closes its connections.
 */
export function createRetirementDatabase(connectionString: string, options: DatabaseOptions = {}): RetirementDatabase {
  return new PrismaClient({
    adapter: postgresAdapter(connectionString, { ...options, applicationName: 'signet-retirement' }),
    transactionOptions: { maxWait: CONNECT_LIMIT_MILLISECONDS },
  })
}

/** The folder of the migrations, for `migrate()`: beside this file in the sources, one up from it when compiled. */
export const migrationsFolder: URL = beside('migrations/')

/** The schema, for `schemaDrift()`. */
export const schemaFile: URL = beside('schema.prisma')

function beside(name: string): URL {
  const here = new URL(name, import.meta.url)
  return existsSync(here) ? here : new URL(`../${name}`, import.meta.url)
}
