import { randomBytes } from 'node:crypto'
import { grantRuntime, provision, provisionRuntime } from '@signet/database'
import pg from 'pg'
import { releaseSharedServer, sharedServerUrl } from './shared-server.js'

export interface DatabaseTemplate {
  /** Names the template in the run: one name always means the same contents. */
  readonly name: string
  /** Migrates and seeds the template. It runs once in a test run. Default: the template stays empty. */
  readonly fill?: (url: string) => Promise<unknown>
  /** What a service's runtime role may do, for `grantRuntime`. Left out, there is one role, which owns the database. */
  readonly runtimePrivileges?: readonly string[]
}

/** A database of one test file. */
export interface TestDatabase {
  /** Connects as the service does: as the runtime role, or as the owner where there is no other. */
  readonly url: string
  /** Connects as the role that owns the database. */
  readonly ownerUrl: string
  /** Connects to the server as its administrator. */
  readonly adminUrl: string
  /** Drops the database, whoever is still connected. */
  remove(): Promise<void>
}

const OWNER = { role: 'signet_test', password: 'only-for-tests' }
const RUNTIME = { role: 'signet_test_runtime', password: 'only-for-tests' }

/** The owner's URL of a test database that `url` connects to as the runtime role. */
export const ownerUrlOf = (url: string): string =>
  Object.assign(new URL(url), { username: OWNER.role, password: OWNER.password }).href

/**
 * Opens a database that no other test uses: a copy of a template, which the first test that needs it fills.
 *
 * @param server the administrator's URL of a server that the test owns. Default: the server of the whole run.
 */
export async function openTestDatabase(template: DatabaseTemplate, server?: string): Promise<TestDatabase> {
  const adminUrl = server ?? (await sharedServerUrl())
  const copy = `${template.name}_${randomBytes(6).toString('hex')}`
  await asAdmin(adminUrl, async (admin) => {
    const source = await ensureTemplate(adminUrl, admin, template)
    await admin.query(`CREATE DATABASE ${copy} TEMPLATE ${source} OWNER ${OWNER.role}`)
    // Who may connect is not copied.
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

/** Makes the template where it is not there yet. Test files that start at once wait for the first of them. */
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
