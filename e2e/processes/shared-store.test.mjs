// The store that all replicas share, killed while it is in use: a lost connection is an error of the requests that wait for
// it, and of nothing else.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { openSharedStore } from '@signet/service'
import { openOwnServer, until } from '@signet/testing'
import { startRedis } from '../support/redis.mjs'

async function startKilledRedis() {
  const redis = await startRedis()
  const kill = () => redis.stop('SIGKILL')
  return { url: redis.url, start: redis.start, kill, remove: kill }
}

async function startKilledPostgres() {
  const server = await openOwnServer()
  return { ...server, url: server.adminUrl }
}

const LONG = 'SELECT pg_sleep(30)'

/** A query on a connection that is checked out, as within a transaction: the pool does not listen to it then. */
async function queryCheckedOut(pool) {
  const client = await pool.connect()
  try {
    await client.query(LONG)
  } finally {
    client.release(true)
  }
}

/** Begins requests that no server answers before it is killed. Resolves when they are under way, with their outcomes to come. */
async function beginRequests(store) {
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

const reached = (store) =>
  store.ping().then(
    () => true,
    () => false,
  )

for (const [name, startServer] of [
  ['Redis', startKilledRedis],
  ['PostgreSQL', startKilledPostgres],
]) {
  describe(`a shared store on ${name} that is killed`, () => {
    test('fails what is under way, ends no process, and is used again when it is back', async () => {
      const server = await startServer()
      after(() => server.remove())
      const store = await openSharedStore(server.url, () => {})
      after(() => store.close())
      for (let round = 0; round < 3; round += 1) {
        await until(() => reached(store), Boolean, { what: `${name} to answer` })
        const { outcomes } = await beginRequests(store)
        await server.kill()
        for (const { status } of await outcomes) assert.equal(status, 'rejected')
        assert.equal(await reached(store), false)
        await server.start()
      }
    })
  })
}
