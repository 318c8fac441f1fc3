import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import {
  type EmbeddedServer,
  type Listener,
  type ListenState,
  listen,
  openPool,
  type Pool,
  startEmbeddedServer,
} from '../src/index.js'
import { type NotificationFilter, startNotificationFilter } from './notification-filter.js'
import { makeTemporaryFolder } from './temporary-folder.js'

describe('listening for notifications', () => {
  let server: EmbeddedServer
  let pool: Pool
  let remove = async () => {}
  let filter: NotificationFilter
  let listener: Listener | undefined
  const events = new EventEmitter()
  before(async () => {
    const folder = await makeTemporaryFolder()
    remove = folder.remove
    server = await startEmbeddedServer({ folder: join(folder.path, 'database') })
    pool = openPool(server.adminUrl)
  })
  after(async () => {
    await pool.end()
    await server.stop()
    await remove()
  })
  beforeEach(async () => {
    filter = await startNotificationFilter(server.adminUrl)
  })
  afterEach(async () => {
    await listener?.close()
    await filter.close()
  })

  const notify = (channel: string, payload: string) => pool.query('SELECT pg_notify($1, $2)', [channel, payload])

  /** Listens, and waits for a state. */
  async function until(state: ListenState): Promise<void> {
    while (listener?.state() !== state) await once(events, 'state')
  }
  function begin(): void {
    listener = listen({
      url: filter.url,
      channels: {
        'a "channel"': () => events.emit('notification'),
        another: () => events.emit('notification of another'),
      },
      notify,
      onChange: () => events.emit('state'),
    })
  }

  test('each one is reported, and so is each connect: some may have been lost', async () => {
    const first = once(events, 'notification')
    begin()
    await until('listening')
    await first
    const second = once(events, 'notification')
    await notify('a "channel"', '')
    await second
  })

  test('each one is reported to its own channel', async () => {
    begin()
    await until('listening')
    let others = 0
    events.on('notification', () => {
      others += 1
    })
    const reported = once(events, 'notification of another')
    await notify('another', '')
    await reported
    assert.equal(others, 0)
    events.removeAllListeners('notification')
  })

  test('a lost connection is replaced', async () => {
    begin()
    await until('listening')
    const lost = until('disconnected')
    filter.cut()
    await lost
    await until('listening')
    const reported = once(events, 'notification')
    await notify('a "channel"', '')
    await reported
  })

  test('a server between that delivers none is noticed', async () => {
    filter.silence(true)
    begin()
    await until('undelivered')
    let reported = 0
    events.on('notification', () => {
      reported += 1
    })
    await notify('a "channel"', '')
    await pool.query('SELECT 1')
    assert.equal(reported, 0)
    events.removeAllListeners('notification')
  })

  test('nothing is left open', async () => {
    begin()
    await until('listening')
    await listener?.close()
    for (;;) {
      const { rows } = await pool.query("SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
      if (rows.length === 0) break
    }
  })
})
