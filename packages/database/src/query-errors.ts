// Classifies what Prisma throws. By shape, not by class, because each generated client has its own classes.

const UNAVAILABLE_PRISMA_CODES = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'])
const UNAVAILABLE_KINDS = new Set(['ConnectionClosed', 'DatabaseNotReachable', 'SocketTimeout', 'TooManyConnections'])
/** Connection lost, too many connections, statement canceled by its time limit, server shutting down, crashed or starting. */
const UNAVAILABLE_SQLSTATE = /^(08...|53300|57014|57P0[123])$/
/** Errors of `pg` without a code, which Prisma passes on. */
const UNAVAILABLE_MESSAGE =
  /(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/

/**
 * Returns whether a query failed because the database is unavailable, so that a retry may help: 503 instead of 500. False for
 * errors of the query itself.
 */
export function isDatabaseUnavailable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  const { code, cause } = factsOf(thrown)
  return (
    UNAVAILABLE_PRISMA_CODES.has(code) ||
    UNAVAILABLE_KINDS.has(text(cause, 'kind')) ||
    UNAVAILABLE_SQLSTATE.test(text(cause, 'originalCode')) ||
    UNAVAILABLE_SQLSTATE.test(code) ||
    UNAVAILABLE_MESSAGE.test(thrown.message)
  )
}

/** Returns whether a unique key refused a row: any key, or the key of `column` alone. */
export function isUniqueViolation(thrown: unknown, column?: string): boolean {
  if (!(thrown instanceof Error)) return false
  const { code, cause } = factsOf(thrown)
  if (code !== 'P2002' && text(cause, 'originalCode') !== '23505') return false
  // Prisma names a key `<table>_<columns>_key`, and a primary key `<table>_pkey`.
  const key = column === 'id' ? 'pkey' : `${column}_key`
  return column === undefined || text(get(cause, 'constraint'), 'index') === `${text(cause, 'table')}_${key}`
}

/** Finds the driver's error: inside Prisma's error for a query, directly for `BEGIN` and `COMMIT`. */
function factsOf(thrown: Error): { code: string; cause: unknown } {
  const drivers = get(get(thrown, 'meta'), 'driverAdapterError') ?? thrown
  return { code: text(thrown, 'code'), cause: get(drivers, 'cause') }
}

function get(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined
}

function text(value: unknown, key: string): string {
  const found = get(value, key)
  return typeof found === 'string' ? found : ''
}
