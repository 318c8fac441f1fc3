import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { isRevoked, memorySessionStore, type NewSession } from '../../src/issuer.js'

const ada = { id: 'ada', username: 'ada', name: 'Ada' }
const IDLE = 60

/** A session of Ada that lives for an hour. */
const session = (changes: Partial<NewSession> = {}): NewSession => ({
  id: randomUUID(),
  userId: ada.id,
  strategy: 'jwt',
  authTime: new Date(),
  amr: ['pwd'],
  expiresAt: new Date(Date.now() + 3_600_000),
  userAgent: 'test',
  address: '::1',
  ...changes,
})

const createStore = () => memorySessionStore((id) => (id === ada.id ? ada : undefined))

test('a session is created once, with a number of its own', async () => {
  const store = createStore()
  const one = session()
  assert.equal(await store.create(one, new Date()), 0n)
  assert.equal(await store.create(one, new Date()), null)
  assert.equal(await store.create(session(), new Date()), 1n)
  await assert.rejects(store.create(session({ userId: 'nobody' }), new Date()), TypeError)
  await assert.rejects(
    store.create(session(), new Date(), async () => {}),
    TypeError,
  )
})

test('of concurrent renewals one advances, and none of an unused or ended session does', async (t) => {
  const store = createStore()
  const { id } = session()
  await store.create(session({ id }), new Date())
  const advanced = await Promise.all([store.advance(id, 0, IDLE), store.advance(id, 0, IDLE)])
  assert.deepEqual(
    advanced.map((each) => each?.generation),
    [1, undefined],
  )
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + IDLE * 1000 })
  assert.equal(await store.advance(id, 1, IDLE), null)
  assert.deepEqual(await store.list(ada.id, IDLE), [])
  await store.end([id])
  assert.equal(await store.advance(id, 1, 2 * IDLE), null)
})

test('only the user ends a session, once, and the status list shows it', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const store = createStore()
  const { id } = session()
  await store.create(session({ id }), new Date())
  assert.deepEqual(await store.end([id], 'another'), [])
  assert.deepEqual(await store.end([id, randomUUID()], ada.id), [0n])
  const ended = (await store.find(id))?.endedAt
  t.mock.timers.tick(1_000)
  assert.deepEqual(await store.end([id]), [0n])
  assert.deepEqual((await store.find(id))?.endedAt, ended)
  const list = await store.statusLists.fetch('0', undefined)
  assert.ok(list !== null && list !== 'unchanged')
  assert.deepEqual([isRevoked(list.bits, 0), isRevoked(list.bits, 1), list.changedAtMs], [true, false, Number(ended)])
  assert.equal(await store.statusLists.fetch('1', undefined), null)
})

test('one of concurrent replacements takes the place of all sessions', async () => {
  const store = createStore()
  const own = session()
  await store.create(own, new Date())
  await store.create(session(), new Date())
  const replacements = [session(), session()].map((next) => store.replaceAll(own.id, next, new Date()))
  assert.deepEqual(await Promise.all(replacements), [{ statusNumber: 2n, ended: [0n, 1n] }, null])
  assert.equal((await store.list(ada.id, IDLE)).length, 1)
})
