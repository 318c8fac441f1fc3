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

/** Requests that are under way when the server dies: some wait for its answer, the others find it gone. */
const requestsOf = (store) =>
  Array.from({ length: 8 }, () =>
    store.kind === 'redis' ? store.client.blPop('nothing', 30) : store.pool.query('SELECT pg_sleep(30)'),
  )

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
        const settled = Promise.allSettled(requestsOf(store))
        // Sent, and not only queued here.
        await new Promise(setImmediate)
        await server.kill()
        for (const { status } of await settled) assert.equal(status, 'rejected')
        assert.equal(await reached(store), false)
        await server.start()
      }
    })
  })
}
