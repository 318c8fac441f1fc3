import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, describe, test } from 'node:test'
import { freePort, openOwnServer, until } from '@signet/testing'
import { openSharedStore, type SharedStore } from '../../src/index.js'

/** A server of a store, which the test kills and starts again on the same port. */
interface StoreServer {
  readonly url: string
  kill(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

async function startRedis(): Promise<StoreServer> {
  const port = await freePort()
  let child: ChildProcess
  const start = async () => {
    child = spawn('redis-server', ['--port', String(port), '--save', '', '--dir', '/tmp'], { stdio: 'ignore' })
    await once(child, 'spawn')
  }
  const kill = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return { url: `redis://127.0.0.1:${port}`, start, kill, remove: kill }
}

async function startPostgres(): Promise<StoreServer> {
  const server = await openOwnServer()
  return {
    url: server.adminUrl,
    start: () => server.start(),
    kill: () => server.kill(),
    remove: () => server.remove(),
  }
}

/** Requests that are under way when the server dies: one waits for its answer, the others find it gone. */
const inUse = (store: SharedStore): Promise<unknown>[] =>
  Array.from({ length: 8 }, () =>
    store.kind === 'redis' ? store.client.blPop('nothing', 30) : store.pool.query('SELECT pg_sleep(30)'),
  )

for (const [name, startServer] of [
  ['Redis', startRedis],
  ['PostgreSQL', startPostgres],
] as const) {
  describe(`a shared store on ${name} that is killed`, () => {
    test('fails what is under way, ends no process, and is used again when it is back', async () => {
      const server = await startServer()
      after(() => server.remove())
      const store = await openSharedStore(server.url, () => {})
      after(() => store.close())
      for (let round = 0; round < 3; round += 1) {
        await until(
          () =>
            store.ping().then(
              () => true,
              () => false,
            ),
          (reached) => reached,
          { what: `${name} to answer` },
        )
        const settled = Promise.allSettled(inUse(store))
        // Sent, and not only queued here.
        await new Promise(setImmediate)
        await server.kill()
        for (const { status } of await settled) assert.equal(status, 'rejected')
        await assert.rejects(store.ping())
        await server.start()
      }
    })
  })
}
