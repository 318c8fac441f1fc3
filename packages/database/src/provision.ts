import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import pg from 'pg'
import { withConnection } from './client.js'
import { DatabaseStartError, reasonOf } from './errors.js'

/** Key of the advisory lock. Every provisioning run must use the same. */
export const PROVISION_LOCK = 743_118_200

export interface Role {
  readonly role: string
  readonly password: string
}

interface ProvisionOptions extends Role {
  /** The role owns it and has no other privilege: no superuser, no CREATEROLE, no CREATEDB. */
  readonly database: string
}

/**
 * Creates a database and its owner role, or updates existing ones, and returns the owner's URL.
 *
 * Afterwards only the role and administrators can connect to the database, which PostgreSQL allows everyone by default.
 * Idempotent, also when two processes run it concurrently. `adminUrl` needs a superuser, or a role with CREATEROLE and
 * CREATEDB. Throws DatabaseStartError with `database_unreachable`, `role_unsafe` or `provision_failed`.
 *
 * Does *not* check the contents of the database, and does *not* revoke the role's privileges in other databases.
 */
export async function provision(adminUrl: string, { database, role, password }: ProvisionOptions): Promise<string> {
  const names = { database: pg.escapeIdentifier(database), role: pg.escapeIdentifier(role) }

  await withConnection(adminUrl, async (admin) => {
    // Released when the connection closes.
    await admin.query('SELECT pg_advisory_lock($1)', [PROVISION_LOCK])
    await refuseUnsafeRole(admin, role)
    try {
      await ensureRole(admin, { role, password })
      const former = await ownerOf(admin, database)
      await asMember(admin, [role, ...(former === undefined || former === role ? [] : [former])], async () => {
        await ensureDatabase(admin, { database, role, former })
        await admin.query(`REVOKE ALL ON DATABASE ${names.database} FROM PUBLIC`)
        await withConnection(withDatabase(adminUrl, database).href, async (inside) => {
          await inside.query('REVOKE ALL ON SCHEMA public FROM PUBLIC')
          await inside.query(`GRANT ALL ON SCHEMA public TO ${names.role}`)
        })
      })
    } catch (cause) {
      const reason = `PostgreSQL refused to create the role ${role} and the database ${database}: ${reasonOf(cause)}`
      throw new DatabaseStartError('provision_failed', reason, { cause })
    }
  })

  return connectAs(adminUrl, database, { role, password })
}

export function connectAs(adminUrl: string, database: string, { role, password }: Role): string {
  const url = withDatabase(adminUrl, database)
  url.username = encodeURIComponent(role)
  url.password = encodeURIComponent(password)
  return url.href
}

/** Throws `role_unsafe` for a role with special privileges. Membership counts, because `SET ROLE` would use it. */
export async function refuseUnsafeRole(admin: pg.Client, role: string): Promise<void> {
  const { rowCount } = await admin.query(
    `SELECT FROM pg_roles WHERE rolname = $1
       AND (rolname = current_user OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
         OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid))`,
    [role],
  )
  if (rowCount === 0) return
  const reason = `The role ${role} has privileges that a service must not have. Use another name, and the role is created.`
  throw new DatabaseStartError('role_unsafe', reason)
}

export async function ensureRole(admin: pg.Client, { role, password }: Role): Promise<void> {
  const verifier = await scramVerifier(password)
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER'
  // Such a statement takes no parameters. Attributes that it does not name (SUPERUSER and others) are off by default.
  await admin.query(`${verb} ROLE ${pg.escapeIdentifier(role)} LOGIN PASSWORD ${pg.escapeLiteral(verifier)}`)
}

async function ownerOf(admin: pg.Client, database: string): Promise<string | undefined> {
  const { rows } = await admin.query<{ owner: string }>(
    'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1',
    [database],
  )
  return rows[0]?.owner
}

/** @param former the current owner; undefined when the database does not exist */
async function ensureDatabase(
  admin: pg.Client,
  { database, role, former }: { database: string; role: string; former: string | undefined },
): Promise<void> {
  const [name, owner] = [pg.escapeIdentifier(database), pg.escapeIdentifier(role)]
  if (former === undefined) await admin.query(`CREATE DATABASE ${name} OWNER ${owner}`)
  else if (former !== role) await admin.query(`ALTER DATABASE ${name} OWNER TO ${owner}`)
}

/** Runs `work` as a member of these roles. Only a non-superuser needs that, and only for this long. */
export async function asMember(admin: pg.Client, roles: readonly string[], work: () => Promise<void>): Promise<void> {
  const { rows } = await admin.query<{ rolsuper: boolean }>(
    'SELECT rolsuper FROM pg_roles WHERE rolname = current_user',
  )
  if (rows[0]?.rolsuper) return work()
  const names = roles.map((role) => pg.escapeIdentifier(role)).join(', ')
  await admin.query(`GRANT ${names} TO CURRENT_USER`)
  try {
    await work()
  } finally {
    await admin.query(`REVOKE ${names} FROM CURRENT_USER`)
  }
}

export function withDatabase(url: string, database: string): URL {
  const changed = new URL(url)
  changed.pathname = `/${encodeURIComponent(database)}`
  return changed
}

const ITERATIONS = 4096

/**
 * Returns the SCRAM-SHA-256 verifier of a password, as PostgreSQL stores it (RFC 5803). Sent instead of the password, it keeps
 * the password out of the statement and the server's log.
 */
async function scramVerifier(password: string): Promise<string> {
  const salt = randomBytes(16)
  const salted = await promisify(pbkdf2)(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
