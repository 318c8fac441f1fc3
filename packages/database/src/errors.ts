/** Every reason for which a database cannot be used, and when it occurs. A code is never given a second meaning. */
const DATABASE_START_CODES = {
  folder_unreachable:
    'the data folder, or one above it, is closed to the user that the server runs as and could not be put elsewhere, or a link to it leads nowhere',
  binaries_unreachable:
    'a folder above the server binaries is closed to the user that the server runs as, and they could not be copied elsewhere',
  binaries_missing: 'npm installed no server binaries for this platform',
  server_user_missing: 'running as root, and there is no user "postgres" and none could be made',
  folder_in_use: 'another server, or another run that is alive, works on the data folder',
  data_incomplete: 'the data folder holds something, but not a whole database',
  data_version_mismatch: 'the data folder was written by another major version of PostgreSQL',
  password_missing: 'the data folder is there, the file with its password is not',
  port_taken: 'something else listens on the port',
  initdb_failed: 'the data folder could not be made',
  server_failed: 'the server process ended, or was not ready in time',
  database_unreachable: 'no answer from PostgreSQL, or it refused the sign-in',
  role_unsafe: 'the role to be provisioned is the administrator, or has rights that a service must not have',
  provision_failed: 'PostgreSQL refused to make the role or the database',
  migrations_missing: 'the migrations folder holds no migration',
  migration_edited: 'a migration was changed after it had been applied',
  migration_failed: 'a migration failed, now or in an earlier run',
} as const

export type DatabaseStartCode = keyof typeof DATABASE_START_CODES

/** One sentence for whoever starts the program, a code for whoever handles it. Neither holds a password. */
export class DatabaseStartError extends Error {
  override readonly name = 'DatabaseStartError'
  readonly code: DatabaseStartCode

  constructor(code: DatabaseStartCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The text of whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(reasonOf).join('; ')
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Of what a program has printed the line that says why it ended. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** `ENOENT`, `EACCES`, a SQLSTATE …, where the thrown thing has one. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}
