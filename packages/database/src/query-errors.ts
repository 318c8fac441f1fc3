// What went wrong in a query, told from what Prisma throws. By shape, not by class: each generated client has its own.

const UNAVAILABLE_PRISMA_CODES = new Set(['P1000', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'])
const UNAVAILABLE_KINDS = new Set(['ConnectionClosed', 'DatabaseNotReachable', 'SocketTimeout', 'TooManyConnections'])
/** Connection lost; too many connections; the statement was cancelled for taking too long; the server is shutting down, has crashed, or is starting. */
const UNAVAILABLE_SQLSTATE = /^(08...|53300|57014|57P0[123])$/
/** What `pg` throws without a code, and Prisma passes on. */
const UNAVAILABLE_MESSAGE =
  /(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/

/**
 * Whether a query failed because the database cannot be reached or used just now, so that trying later may help: the
 * answer is 503 and not 500. False for anything that the query itself is to blame for.
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

/** Whether a unique key refused a row; with `column`, whether it was the key of that column alone. */
export function isUniqueViolation(thrown: unknown, column?: string): boolean {
  if (!(thrown instanceof Error)) return false
  const { code, cause } = factsOf(thrown)
  if (code !== 'P2002' && text(cause, 'originalCode') !== '23505') return false
  // Prisma names a key `<table>_<columns>_key`, and a primary key `<table>_pkey`.
  const key = column === 'id' ? 'pkey' : `${column}_key`
  return column === undefined || text(get(cause, 'constraint'), 'index') === `${text(cause, 'table')}_${key}`
}

/** Of a query Prisma throws an error of its own with the driver's in it, of `BEGIN` and `COMMIT` the driver's itself. */
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
