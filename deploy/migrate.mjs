/** The job that runs before the services: creates databases, roles and tables and, in a demo, the demo users. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareDatabases } from '../scripts/databases.mjs'
import { secretFile } from '../scripts/secrets.mjs'
import { demoIsOn } from './demo-is-on.mjs'

const root = process.env.SECRETS_DIR ?? '/run/signet'
const host = process.env.DATABASE_HOST ?? 'postgres:5432'
const all = join(root, 'all')
const [, password] = readFileSync(secretFile(all, 'postgres-password'), 'utf8').trim().split(':')

await prepareDatabases(`postgresql://postgres:${password}@${host}/postgres`, all, {
  demo: demoIsOn(),
  store: false,
})
process.stdout.write('Databases are ready.\n')
