import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { before, describe, test } from 'node:test'
import { isRevoked, STATUS_LIST_MEDIA_TYPE } from '@signet/auth/issuer'
import { STATUS_LIST_SIZE } from '@signet/auth/verifier'
import type { App } from '@signet/service'
import { openTestDatabase } from '@signet/testing'
import { statusListStore } from '../../src/issuer/store.js'
import { ada, buildTestBank, EMPTY_BANK, sharedBank, type TestBank } from '../support.js'

/** A list that no other test's sessions are in. */
let nextList = 5_000

const hold = () => ({ seconds: 30, signal: new AbortController().signal })

async function listen(app: App): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

describe('a request that waits for a status list to change', () => {
  let bank: TestBank
  let replica: TestBank
  let url: string
  before(async () => {
    bank = await sharedBank()
    replica = await sharedBank({})
    url = await listen(bank.app)
    for (const { app } of [bank, replica]) while (app.revocationNotifications() !== 'listening') await nextTurn()
  })

  /** Returns a list of its own with so many sessions, and its etag. */
  async function createList(sessions = 3) {
    const list = nextList++
    const first = BigInt(list) * BigInt(STATUS_LIST_SIZE)
    const expiresAt = new Date(Date.now() + 3_600_000)
    const common = { userId: ada.id, strategy: 'jwt', expiresAt, userAgent: '', address: '' }
    const ids = Array.from({ length: sessions }, () => randomUUID())
    await bank.db.session.createMany({
      data: ids.map((id, n) => ({ ...common, id, statusNumber: first + BigInt(n) })),
    })
    const { headers } = await bank.app.inject(`/status-lists/${list}`)
    const end = (by: TestBank, id = ids[0]) =>
      by.db.session.update({ where: { id: String(id) }, data: { endedAt: new Date() } })
    return { id: String(list), ids, etag: String(headers.etag), end }
  }

  const request = (id: string, etag: string, prefer = 'wait=30') =>
    fetch(`${url}/status-lists/${id}`, { headers: { 'if-none-match': etag, prefer } })

  /** Resolves once the bank holds so many responses. */
  async function untilHeld(count: number): Promise<void> {
    while (bank.app.heldResponses.count() < count) await nextTurn()
  }

  test('is answered when another process of the bank revokes a session, without a poll', async (t) => {
    const { id, etag, end } = await createList()
    t.mock.timers.enable({ apis: ['setInterval'] })
    const response = request(id, etag)
    await untilHeld(1)
    await end(replica)
    const { status, headers } = await response
    assert.deepEqual(
      [status, headers.get('content-type'), headers.get('preference-applied')],
      [200, STATUS_LIST_MEDIA_TYPE, 'wait=30'],
    )
    assert.notEqual(headers.get('etag'), etag)
  })

  test('is answered a second later where no notification arrives', async () => {
    const { id, etag, end } = await createList()
    const store = statusListStore(bank.db)
    await store.fetch(id, undefined)
    const fetching = store.fetch(id, etag, hold())
    await end(replica)
    const version = await fetching
    assert.ok(version !== null && version !== 'unchanged')
    assert.equal(isRevoked(version.bits, 0), true)
  })

  test('waits no longer where the database delivers no notification, and the bank says so', async (t) => {
    // Notifications stay in their database: this bank listens in another one.
    const elsewhere = await openTestDatabase(EMPTY_BANK)
    const deaf = await buildTestBank(bank.databaseUrl, { DATABASE_URL: elsewhere.url })
    t.after(async () => {
      await deaf.app.close()
      await elsewhere.remove()
    })
    while (deaf.app.revocationNotifications() !== 'undelivered') await nextTurn()
    const { data } = (await deaf.app.inject('/readyz')).json()
    assert.match(data['sign-out notifications'], /^do not arrive, the database is polled every second/)
    assert.match((await deaf.app.inject('/metrics')).body, /^revocation_notifications_arriving\{[^}]*\} 0$/m)
    assert.match((await bank.app.inject('/metrics')).body, /^revocation_notifications_arriving\{[^}]*\} 1$/m)
    const { id, etag, end } = await createList()
    const address = await listen(deaf.app)
    const response = fetch(`${address}/status-lists/${id}`, { headers: { 'if-none-match': etag, prefer: 'wait=30' } })
    while (deaf.app.heldResponses.count() === 0) await nextTurn()
    await end(replica)
    assert.equal((await response).status, 200)
  })

  test('is answered 304 once the time is over', async () => {
    const { id, etag } = await createList()
    const { status, headers } = await request(id, etag, 'respond-async, WAIT = 1; a=b')
    assert.deepEqual([status, headers.get('etag'), headers.get('preference-applied')], [304, etag, 'wait=1'])
  })

  test('waits no longer than the bank allows, and not at all for what is no time', async () => {
    const { id, etag, end } = await createList()
    const response = request(id, etag, 'wait=86400')
    await untilHeld(1)
    await end(bank)
    assert.equal((await response).headers.get('preference-applied'), 'wait=30')
    const newest = String((await response).headers.get('etag'))
    for (const prefer of ['wait=0', 'wait=-1', 'wait=soon', 'wait', 'await=5', 'respond-async']) {
      const { status, headers } = await request(id, newest, prefer)
      assert.deepEqual([status, headers.get('preference-applied')], [304, null], prefer)
    }
    assert.equal((await request(id, '"older"')).status, 200, 'there is a newer version already')
    assert.equal((await fetch(`${url}/status-lists/${id}`, { headers: { prefer: 'wait=30' } })).status, 200)
  })

  test('is one of a thousand that are answered at once', async () => {
    const { id, etag, end } = await createList()
    const responses = Array.from({ length: 1_000 }, () => request(id, etag))
    await untilHeld(1_000)
    await end(bank)
    const statuses = await Promise.all(responses.map(async (response) => (await response).status))
    assert.deepEqual(new Set(statuses), new Set([200]))
    assert.equal(bank.app.heldResponses.count(), 0)
  })

  test('misses none of many revocations in a burst', async () => {
    const { id, ids, end } = await createList(200)
    const store = statusListStore(bank.db)
    const bursting = Promise.all(ids.map((session, n) => end(n % 2 === 0 ? bank : replica, session)))
    let etag: string | undefined
    for (let revoked = 0; revoked < 200; ) {
      const version = await store.fetch(id, etag, hold())
      assert.ok(version !== null && version !== 'unchanged')
      revoked = ids.filter((_, idx) => isRevoked(version.bits, idx)).length
      etag = version.etag
    }
    await bursting
  })

  test('is forgotten when its client disconnects', async () => {
    const { id, etag } = await createList()
    const controller = new AbortController()
    const response = fetch(`${url}/status-lists/${id}`, {
      headers: { 'if-none-match': etag, prefer: 'wait=30' },
      signal: controller.signal,
    })
    await untilHeld(1)
    controller.abort()
    await assert.rejects(response)
    while (bank.app.heldResponses.count() > 0) await nextTurn()
  })

  test('is answered 304 when the process closes', async () => {
    const { id, etag } = await createList()
    const closing = await sharedBank({})
    const address = await listen(closing.app)
    const arrived = once(closing.app.server, 'request')
    const response = fetch(`${address}/status-lists/${id}`, { headers: { 'if-none-match': etag, prefer: 'wait=30' } })
    await arrived
    while (closing.app.heldResponses.count() === 0) await nextTurn()
    await closing.app.close()
    assert.equal((await response).status, 304)
  })
})

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
