/**
 * The job that runs first: generates all secrets once and gives each service only its own. `SECRETS_DIR/all` is for this job
 * and the migration. `postgres`, `bank` and `retirement` each belong to one service.
 *
 * With `INSURANCE_URL`, `insurance` gets the shared secret, and the bank and retirement the URL. Without, they forget it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
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
    // Kept from an earlier run: running services use it.
    if (error.code !== 'EEXIST') throw error
  }
}
const databaseUrl = (name) => {
  const { database, role, password } = roleOf(all, name)
  return `postgresql://${role}:${password}@${host}/${database}`
}

// World-readable for PostgreSQL's user. No other container mounts this folder.
give('postgres', 'password', secret('postgres-password').split(':')[1], 0o444)
for (const service of ['bank', 'retirement']) {
  give(service, 'jwt-secret', secret('jwt-secret'))
  give(service, 'database-url', databaseUrl(service))
  // Generates the owner's password for the migration, which cannot write here.
  ownerOf(all, service)
}
give('bank', 'refresh-token-secret', secret('refresh-token-secret'))

const { INSURANCE_URL } = process.env
if (INSURANCE_URL) give('insurance', 'jwt-secret', secret('jwt-secret'))
for (const service of ['bank', 'retirement']) {
  rmSync(join(root, service, 'insurance-url'), { force: true })
  if (INSURANCE_URL) give(service, 'insurance-url', INSURANCE_URL)
}
process.stdout.write('Secrets are ready.\n')
