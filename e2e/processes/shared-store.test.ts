// Kills the shared session store while it is in use. Only requests that wait for it may fail.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { Pool } from '@signet/database'
import { openSharedStore, type SharedStore } from '@signet/service'
import { openOwnServer, until } from '@signet/testing'
import { startRedis } from '../support/redis.js'

interface KilledServer {
  readonly url: string
  start(): Promise<void>
  kill(): Promise<void>
  remove(): Promise<void>
}

async function startKilledRedis(): Promise<KilledServer> {
  const redis = await startRedis()
  const kill = () => redis.stop('SIGKILL')
  return { url: redis.url, start: redis.start, kill, remove: kill }
}

async function startKilledPostgres(): Promise<KilledServer> {
  const server = await openOwnServer()
  return { ...server, url: server.adminUrl }
}

const LONG = 'SELECT pg_sleep(30)'

/** Runs a query on a checked-out connection, as in a transaction. The pool handles no errors of such a connection. */
async function queryCheckedOut(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(LONG)
  } finally {
    client.release(true)
  }
}

/** Starts requests that the server cannot finish before it is killed. Resolves with their future outcomes once they run. */
async function beginRequests(store: SharedStore): Promise<{ outcomes: Promise<PromiseSettledResult<unknown>[]> }> {
  if (store.kind === 'redis') {
    const outcomes = Promise.allSettled(Array.from({ length: 8 }, () => store.client.blPop('nothing', 30)))
    await new Promise(setImmediate)
    return { outcomes }
  }
  const outcomes = Promise.allSettled([
    store.pool.query(LONG),
    queryCheckedOut(store.pool),
    queryCheckedOut(store.pool),
  ])
  const running = `SELECT FROM pg_stat_activity WHERE query = '${LONG}' AND state = 'active'`
  await until(
    () => store.pool.query(running),
    ({ rowCount }) => rowCount === 3,
    { what: 'three queries to run' },
  )
  return { outcomes }
}

const reached = (store: SharedStore) =>
  store.ping().then(
    () => true,
    () => false,
  )

for (const [name, startServer] of [
  ['Redis', startKilledRedis],
  ['PostgreSQL', startKilledPostgres],
] as const) {
  describe(`a shared store on ${name} that is killed`, () => {
    test('fails pending requests, ends no process, and works again after its restart', async () => {
      const server = await startServer()
      after(() => server.remove())
      const store = await openSharedStore(server.url, () => {})
      after(() => store.close())
      for (let round = 0; round < 3; round += 1) {
        await until(() => reached(store), Boolean, { what: `${name} to response` })
        const { outcomes } = await beginRequests(store)
        await server.kill()
        for (const { status } of await outcomes) assert.equal(status, 'rejected')
        assert.equal(await reached(store), false)
        await server.start()
      }
    })
  })
}
