import pg from 'pg'
import { withConnection } from './client.js'
import { DatabaseStartError, reasonOf } from './errors.js'
import {
  asMember,
  connectAs,
  ensureRole,
  PROVISION_LOCK,
  type Role,
  refuseUnsafeRole,
  withDatabase,
} from './provision.js'

export interface RuntimeRoleOptions extends Role {
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
  await withConnection(adminUrl, async (admin) => {
    await admin.query('SELECT pg_advisory_lock($1)', [PROVISION_LOCK])
    await refuseUnsafeRole(admin, role)
    try {
      await ensureRole(admin, { role, password })
      await asMember(admin, [role, owner], () =>
        withConnection(withDatabase(adminUrl, database).href, async (inside) => {
          await inside.query(`REASSIGN OWNED BY ${name} TO ${ownerName}`)
          await inside.query(`REVOKE ALL ON DATABASE ${databaseName} FROM PUBLIC, ${name}`)
          await inside.query(`GRANT CONNECT ON DATABASE ${databaseName} TO ${name}`)
        }),
      )
    } catch (cause) {
      const reason = `PostgreSQL refused to let the role ${role} use the database ${database}: ${reasonOf(cause)}`
      throw new DatabaseStartError('provision_failed', reason, { cause })
    }
  })
  return connectAs(adminUrl, database, { role, password })
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
