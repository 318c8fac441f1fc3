// Tests the driver adapter with the calls that Prisma makes.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type EmbeddedServer, openPool, postgresAdapter, startEmbeddedServer } from '../src/index.js'
import { makeTemporaryFolder } from './temporary-folder.js'

let server: EmbeddedServer
let remove = async () => {}
before(async () => {
  const folder = await makeTemporaryFolder()
  remove = folder.remove
  server = await startEmbeddedServer({ folder: join(folder.path, 'database') })
})
after(async () => {
  await server.stop()
  await remove()
})

const PREPARED = 'SELECT statement, (generic_plans + custom_plans)::int AS runs FROM pg_prepared_statements'

/** Opens one connection. Returns the result of a statement on it. */
async function connect() {
  const adapter = await postgresAdapter(server.adminUrl, { poolSize: 1 }).connect()
  const ask = async (sql: string, ...args: number[]) =>
    (await adapter.queryRaw({ sql, args, argTypes: args.map(() => ({ scalarType: 'int', arity: 'scalar' })) })).rows
  return { ask, close: () => adapter.dispose() }
}

test('a connection prepares a statement once and reuses it', async () => {
  const { ask, close } = await connect()
  try {
    const doubled = 'SELECT $1::int * 2'
    assert.deepEqual([await ask(doubled, 1), await ask(doubled, 2), await ask(doubled, 3)], [[[2]], [[4]], [[6]]])
    const prepared = await ask(PREPARED)
    assert.deepEqual(
      prepared.filter(([statement]) => statement === doubled),
      [[doubled, 3]],
    )
  } finally {
    await close()
  }
})

test('the number of prepared statements is bounded, and further statements work', async () => {
  const { ask, close } = await connect()
  try {
    for (let n = 0; n < 250; n += 1) assert.deepEqual(await ask(`SELECT ${n} + $1::int`, 1), [[n + 1]])
    const kept = (await ask(PREPARED)).length
    assert.equal(kept, 200)
  } finally {
    await close()
  }
})

test('times are in UTC, whatever the server’s time zone', async () => {
  const { ask, close } = await connect()
  try {
    assert.deepEqual(await ask("SELECT current_setting('TimeZone')"), [['UTC']])
  } finally {
    await close()
  }
})

test('a lost connection is replaced, whether idle or in use, and does not end the process', async () => {
  const lost: string[] = []
  const pool = openPool(server.adminUrl, {}, (error) => lost.push(error.message))
  const [idle, inUse] = await Promise.all([pool.connect(), pool.connect()])
  const pidOf = async (client: typeof idle) => (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid
  const pids = [await pidOf(idle), await pidOf(inUse)]
  const ends = [idle, inUse].map((client) => new Promise((resolve) => client.once('end', resolve)))
  idle.release()
  // An unhandled 'error' event would fail this file.
  const { ask, close } = await connect()
  for (const pid of pids) await ask('SELECT pg_terminate_backend($1)', pid)
  await close()
  await Promise.all(ends)
  inUse.release(true)
  assert.equal((await pool.query('SELECT 1 AS one')).rows[0].one, 1)
  assert.equal(lost.length, 1, 'the loss of the idle connection is reported')
  await pool.end()
})
