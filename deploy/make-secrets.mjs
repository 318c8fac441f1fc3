/**
 * The job that runs before everything else: makes what is secret once, and gives each service its own and nothing more.
 * `SECRETS_DIR/all` is for this job and for the migration; `postgres`, `bank` and `retirement` are each one's own.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownerOf, roleOf } from '../scripts/databases.mjs'
import { secretFile } from '../scripts/secrets.mjs'

const root = process.env.SECRETS_DIR ?? '/run/signet'
const host = process.env.DATABASE_HOST ?? 'postgres:5432'
const all = join(root, 'all')
const secret = (name) => readFileSync(secretFile(all, name), 'utf8').trim()
const give = (service, name, value, mode = 0o400) => {
  try {
    writeFileSync(join(root, service, name), `${value}\n`, { mode, flag: 'wx' })
  } catch (error) {
    // It was given before: what is running goes on with it.
    if (error.code !== 'EEXIST') throw error
  }
}
const databaseUrl = (name) => {
  const { database, role, password } = roleOf(all, name)
  return `postgresql://${role}:${password}@${host}/${database}`
}

// Read by PostgreSQL's own user; nobody else has this folder.
give('postgres', 'password', secret('postgres-password').split(':')[1], 0o444)
for (const service of ['bank', 'retirement']) {
  give(service, 'jwt-secret', secret('jwt-secret'))
  give(service, 'database-url', databaseUrl(service))
  // For the migration alone, which cannot write here.
  ownerOf(all, service)
}
give('bank', 'refresh-token-secret', secret('refresh-token-secret'))
process.stdout.write('Secrets are made.\n')
