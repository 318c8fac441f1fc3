import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import pg from 'pg'
import { withConnection } from './client.js'
import { DatabaseStartError, reasonOf } from './errors.js'

/** Key of the advisory lock. Every provisioning run must use the same. */
const PROVISION_LOCK = 743_118_200

interface Role {
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

  return withRole(adminUrl, { role, password, database }, `create the role ${role} and the database`, async (admin) => {
    const former = await ownerOf(admin, database)
    await asMember(admin, [role, ...(former === undefined || former === role ? [] : [former])], async () => {
      await ensureDatabase(admin, { database, role, former })
      await admin.query(`REVOKE ALL ON DATABASE ${names.database} FROM PUBLIC`)
      await withConnection(withDatabase(adminUrl, database).href, async (inside) => {
        await inside.query('REVOKE ALL ON SCHEMA public FROM PUBLIC')
        await inside.query(`GRANT ALL ON SCHEMA public TO ${names.role}`)
      })
    })
  })
}

/** Creates or updates a role, and runs `work` under the lock. Returns the role's URL. */
async function withRole(
  adminUrl: string,
  { database, ...role }: Role & { readonly database: string },
  what: string,
  work: (admin: pg.Client) => Promise<void>,
): Promise<string> {
  await withConnection(adminUrl, async (admin) => {
    // Released when the connection closes.
    await admin.query('SELECT pg_advisory_lock($1)', [PROVISION_LOCK])
    await refuseUnsafeRole(admin, role.role)
    try {
      await ensureRole(admin, role)
      await work(admin)
    } catch (cause) {
      const reason = `PostgreSQL refused to ${what} ${database}: ${reasonOf(cause)}`
      throw new DatabaseStartError('provision_failed', reason, { cause })
    }
  })
  const url = withDatabase(adminUrl, database)
  url.username = encodeURIComponent(role.role)
  url.password = encodeURIComponent(role.password)
  return url.href
}

/** Throws `role_unsafe` for a role with special privileges. Membership counts, because `SET ROLE` would use it. */
async function refuseUnsafeRole(admin: pg.Client, role: string): Promise<void> {
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

async function ensureRole(admin: pg.Client, { role, password }: Role): Promise<void> {
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
async function asMember(admin: pg.Client, roles: readonly string[], work: () => Promise<void>): Promise<void> {
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

function withDatabase(url: string, database: string): URL {
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

interface RuntimeRoleOptions extends Role {
  readonly database: string
  /** Owns the database. {@link provision} created both. */
  readonly owner: string
}

/**
 * Creates the role that a service connects as, or updates an existing one, and returns the service's URL. The role may connect
 * to the database and owns nothing in it: objects that it owned in an earlier version go to the owner. {@link grantRuntime}
 * grants its privileges.
 *
 * Idempotent, also when two processes run it concurrently. Throws as {@link provision} does.
 */
export async function provisionRuntime(adminUrl: string, options: RuntimeRoleOptions): Promise<string> {
  const { database, owner, role, password } = options
  const [name, ownerName, databaseName] = [role, owner, database].map((text) => pg.escapeIdentifier(text))
  return withRole(adminUrl, { role, password, database }, `let the role ${role} use the database`, (admin) =>
    asMember(admin, [role, owner], () =>
      withConnection(withDatabase(adminUrl, database).href, async (inside) => {
        await inside.query(`REASSIGN OWNED BY ${name} TO ${ownerName}`)
        await inside.query(`REVOKE ALL ON DATABASE ${databaseName} FROM PUBLIC, ${name}`)
        await inside.query(`GRANT CONNECT ON DATABASE ${databaseName} TO ${name}`)
      }),
    ),
  )
}

/**
 * Grants the runtime role exactly these privileges in the schema `public`, and revokes all others from it and from PUBLIC.
 * Each privilege is written as in SQL between `GRANT` and `TO`. Runs in one transaction, so that a running service never lacks
 * a privilege that it keeps.
 *
 * @param ownerUrl connects as the owner of the tables
 * @throws {DatabaseStartError} `role_unsafe` when the role is the owner or can act for it
 */
export async function grantRuntime(ownerUrl: string, role: string, privileges: readonly string[]): Promise<void> {
  const name = pg.escapeIdentifier(role)
  await withConnection(ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ unsafe: boolean }>(
      `SELECT rolsuper OR pg_has_role(oid, current_user, 'MEMBER') AS unsafe FROM pg_roles WHERE rolname = $1`,
      [role],
    )
    if (rows[0]?.unsafe !== false) {
      const reason = `The role ${role} must exist, and must be neither a superuser nor the owner of the tables.`
      throw new DatabaseStartError('role_unsafe', reason)
    }
    await owner.query('BEGIN')
    // PostgreSQL refuses concurrent changes to the same catalog rows.
    await owner.query('SELECT pg_advisory_xact_lock($1)', [PROVISION_LOCK])
    for (const what of ['SCHEMA', 'ALL TABLES IN SCHEMA', 'ALL SEQUENCES IN SCHEMA', 'ALL ROUTINES IN SCHEMA']) {
      await owner.query(`REVOKE ALL ON ${what} public FROM PUBLIC, ${name}`)
    }
    for (const privilege of ['USAGE ON SCHEMA public', ...privileges]) {
      await owner.query(`GRANT ${privilege} TO ${name}`)
    }
    await owner.query('COMMIT')
  })
}
