import { randomBytes } from 'node:crypto'
import { grantRuntime, provision, provisionRuntime } from '@signet/database'
import pg from 'pg'
import { releaseSharedServer, sharedServerUrl } from './shared-server.js'

export interface DatabaseTemplate {
  /** Identifies the template in the run: one name always has the same contents. */
  readonly name: string
  /** Migrates and seeds the template, once in a test run. Default: an empty template. */
  readonly fill?: (url: string) => Promise<unknown>
  /** Privileges of the runtime role, for `grantRuntime`. Without them there is only the owner role. */
  readonly runtimePrivileges?: readonly string[]
}

/** A database for one test file. */
export interface TestDatabase {
  /** Connects as a service does: as the runtime role if there is one, else as the owner. */
  readonly url: string
  /** Connects as the role that owns the database. */
  readonly ownerUrl: string
  /** Connects to the server as the administrator. */
  readonly adminUrl: string
  /** Drops the database, open connections included. */
  remove(): Promise<void>
}

const OWNER = { role: 'signet_test', password: 'only-for-tests' }
const RUNTIME = { role: 'signet_test_runtime', password: 'only-for-tests' }

/** Converts the runtime role's URL of a test database to the owner's. */
export const ownerUrlOf = (url: string): string =>
  Object.assign(new URL(url), { username: OWNER.role, password: OWNER.password }).href

/**
 * Creates a database for one test as a copy of a template. The first test that needs the template fills it.
 *
 * @param server administrator's URL of a server that the test owns. Default: the server of the run
 */
export async function openTestDatabase(template: DatabaseTemplate, server?: string): Promise<TestDatabase> {
  const adminUrl = server ?? (await sharedServerUrl())
  const copy = `${template.name}_${randomBytes(6).toString('hex')}`
  await asAdmin(adminUrl, async (admin) => {
    const source = await ensureTemplate(adminUrl, admin, template)
    await admin.query(`CREATE DATABASE ${copy} TEMPLATE ${source} OWNER ${OWNER.role}`)
    // CREATE DATABASE does not copy the CONNECT privilege.
    await admin.query(`REVOKE ALL ON DATABASE ${copy} FROM PUBLIC`)
    if (template.runtimePrivileges) await admin.query(`GRANT CONNECT ON DATABASE ${copy} TO ${RUNTIME.role}`)
  })
  const ownerUrl = ownerUrlOf(Object.assign(new URL(adminUrl), { pathname: `/${copy}` }).href)
  const runtimeUrl = Object.assign(new URL(ownerUrl), { username: RUNTIME.role, password: RUNTIME.password }).href
  return {
    url: template.runtimePrivileges ? runtimeUrl : ownerUrl,
    ownerUrl,
    adminUrl,
    remove: async () => {
      await asAdmin(adminUrl, (admin) => admin.query(`DROP DATABASE IF EXISTS ${copy} WITH (FORCE)`))
      if (server === undefined) await releaseSharedServer()
    },
  }
}

/** Creates the template if it is missing. Concurrent test files wait for the first. */
async function ensureTemplate(adminUrl: string, admin: pg.Client, template: DatabaseTemplate): Promise<string> {
  const { name, fill, runtimePrivileges } = template
  const source = `template_${name}`
  await admin.query('SELECT pg_advisory_lock(hashtext($1))', [source])
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [source])
    if (rowCount === 0) {
      await admin.query(`DROP DATABASE IF EXISTS ${source} WITH (FORCE)`)
      const url = await provision(adminUrl, { database: source, ...OWNER })
      if (runtimePrivileges) await provisionRuntime(adminUrl, { database: source, owner: OWNER.role, ...RUNTIME })
      await fill?.(url)
      if (runtimePrivileges) await grantRuntime(url, RUNTIME.role, runtimePrivileges)
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
