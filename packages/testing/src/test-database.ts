import { randomBytes } from 'node:crypto'
import { provision } from '@signet/database'
import pg from 'pg'
import { releaseSharedServer, sharedServerUrl } from './shared-server.js'

export interface DatabaseTemplate {
  /** Names the template in the run: one name always means the same contents. */
  readonly name: string
  /** Migrates and seeds the template. It runs once in a test run. Default: the template stays empty. */
  readonly fill?: (url: string) => Promise<unknown>
}

/** A database of one test file. */
export interface TestDatabase {
  /** Connects as the role that owns the database. */
  readonly url: string
  /** Connects to the server as its administrator. */
  readonly adminUrl: string
  /** Drops the database, whoever is still connected. */
  remove(): Promise<void>
}

const ROLE = { role: 'signet_test', password: 'only-for-tests' }

/**
 * Opens a database that no other test uses: a copy of a template, which the first test that needs it fills.
 *
 * @param server the administrator's URL of a server that the test owns. Default: the server of the whole run.
 */
export async function openTestDatabase(template: DatabaseTemplate, server?: string): Promise<TestDatabase> {
  const adminUrl = server ?? (await sharedServerUrl())
  const copy = `${template.name}_${randomBytes(6).toString('hex')}`
  const url = await asAdmin(adminUrl, async (admin) => {
    const source = await ensureTemplate(adminUrl, admin, template)
    await admin.query(`CREATE DATABASE ${copy} TEMPLATE ${source} OWNER ${ROLE.role}`)
    return Object.assign(new URL(adminUrl), {
      pathname: `/${copy}`,
      username: ROLE.role,
      password: ROLE.password,
    }).href
  })
  return {
    url,
    adminUrl,
    remove: async () => {
      await asAdmin(adminUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${copy} WITH (FORCE)`))
      if (server === undefined) await releaseSharedServer()
    },
  }
}

/** Makes the template where it is not there yet. Test files that start at once wait for the first of them. */
async function ensureTemplate(adminUrl: string, admin: pg.Client, { name, fill }: DatabaseTemplate): Promise<string> {
  const source = `template_${name}`
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [source])
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [source])
    if (rowCount === 0) {
      await admin.query(`DROP DATABASE IF EXISTS ${source} WITH (FORCE)`)
      const url = await provision(adminUrl, { database: source, ...ROLE })
      await fill?.(url)
      await admin.query(`ALTER DATABASE ${source} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`)
    }
  } finally {
    await admin.query('SELECT pg_advisory_unlock(hashtext($1))', [source])
  }
  return source
}

async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url })
  admin.on('error', () => {})
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}
