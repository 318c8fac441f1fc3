// The recorded requests of tours in both stores, within their bounds.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { createTraces, MAX_EVENTS, MAX_TOURS, type TraceEvent } from '@signet/demo'
import { until } from '@signet/testing'
import { storeAt } from './open-stores.js'
import { redis } from './shared-redis.js'
import { world } from './shared-world.js'

const newId = () => randomBytes(16).toString('base64url')
const EVENT: TraceEvent = {
  at: 1,
  ms: 1,
  service: 'bank',
  instance: 'bank-1',
  kind: 'request',
  method: 'GET',
  path: '/',
  cookies: ['token'],
  strategy: 'jwt',
  asked: [],
  status: 200,
  set: [],
  cleared: [],
}

// Own stores, because the flood below evicts the tours of other tests.
const stores: readonly [string, () => Promise<string>][] = [
  ['PostgreSQL', () => world.openDatabase('store')],
  ['Redis', async () => `${redis.url}/1`],
]
for (const [name, openStore] of stores) {
  describe(`traces in ${name}`, () => {
    let url: string
    before(async () => {
      url = await openStore()
    })

    test('are returned by time, and only for their own id', async () => {
      const traces = createTraces(await storeAt(url))
      const id = newId()
      await traces.begin(id, 60, Date.now())
      assert.deepEqual(await traces.read(id), [])
      await traces.append(id, { ...EVENT, at: 2, path: '/second' })
      await traces.append(id, { ...EVENT, at: 1, path: '/first' })
      assert.deepEqual(
        (await traces.read(id))?.map(({ path }) => path),
        ['/first', '/second'],
      )
      assert.equal(await traces.read(newId()), null)
    })

    test('a tour that was never begun is not recorded', async () => {
      const traces = createTraces(await storeAt(url))
      const forged = newId()
      await traces.append(forged, EVENT)
      assert.equal(await traces.read(forged), null)
    })

    test('a tour expires', async () => {
      const traces = createTraces(await storeAt(url))
      const id = newId()
      await traces.begin(id, 1, Date.now())
      await until(
        () => traces.read(id),
        (events) => events === null,
        { what: 'the expiry of the tour' },
      )
      await traces.append(id, EVENT)
      assert.equal(await traces.read(id), null)
    })

    test('a flood keeps the newest events and the newest tours', async () => {
      const traces = createTraces(await storeAt(url))
      const flooded = newId()
      await traces.begin(flooded, 60, Date.now())
      for (let at = 1; at <= MAX_EVENTS + 20; at += 1) await traces.append(flooded, { ...EVENT, at })
      const events = await traces.read(flooded)
      assert.ok(events)
      assert.ok(events.length <= MAX_EVENTS && events.length >= MAX_EVENTS - 1, `${events.length}`)
      assert.equal(events.at(-1)?.at, MAX_EVENTS + 20)

      let latest = ''
      for (let count = 0; count < MAX_TOURS; count += 1) {
        latest = newId()
        await traces.begin(latest, 120, Date.now())
      }
      assert.equal(await traces.read(flooded), null)
      assert.deepEqual(await traces.read(latest), [])
    })

    test('invalid data in the store is ignored', async () => {
      const store = await storeAt(url)
      const traces = createTraces(store)
      const id = newId()
      await traces.begin(id, 60, Date.now())
      // Another program may write to the store, which has no types.
      for (const invalid of [{ ...EVENT, cookies: ['a_cookie=its-value'] }, { hostile: true }])
        await traces.append(id, invalid as unknown as TraceEvent)
      assert.deepEqual(await traces.read(id), [])
    })
  })
}
