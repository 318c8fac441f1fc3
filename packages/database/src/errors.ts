/** Codes of {@link DatabaseStartError} and when they occur. A retired code is never reused. */
const DATABASE_START_CODES = {
  folder_unreachable:
    'the server’s user cannot enter the data folder or a folder above it and it could not be moved, or a link to it is broken',
  binaries_unreachable:
    'the server’s user cannot enter a folder above the server binaries, and they could not be copied',
  binaries_missing: 'npm installed no server binaries for this platform',
  server_user_missing: 'the process runs as root, and the user "postgres" does not exist and could not be created',
  folder_in_use: 'another server or a running process uses the data folder',
  data_incomplete: 'the data folder contains files, but no complete database',
  data_version_mismatch: 'the data folder was written by another major version of PostgreSQL',
  password_missing: 'the data folder exists, but its password file does not',
  port_taken: 'another program listens on the port',
  initdb_failed: 'the data folder could not be created',
  server_failed: 'the server process exited, or was not ready in time',
  database_unreachable: 'PostgreSQL does not respond, or refuses the login',
  role_unsafe: 'the role is the administrator, or has privileges that a service must not have',
  provision_failed: 'PostgreSQL refused to create the role or the database',
  migrations_missing: 'the migrations folder contains no migration',
  migration_edited: 'an applied migration was changed',
  migration_failed: 'a migration failed, now or in an earlier run',
} as const

export type DatabaseStartCode = keyof typeof DATABASE_START_CODES

/** Error that keeps a database from being used: a sentence for the operator and a stable code. Neither contains a password. */
export class DatabaseStartError extends Error {
  override readonly name = 'DatabaseStartError'
  readonly code: DatabaseStartCode

  constructor(code: DatabaseStartCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** Returns the message of a thrown value. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(reasonOf).join('; ')
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Returns the last line of a program's output, which says why it exited. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** Returns the code of a thrown value, such as `ENOENT` or a SQLSTATE, or undefined. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}
