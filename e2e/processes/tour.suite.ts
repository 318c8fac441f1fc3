// The tour recorder with real processes: it records only with the tour's cookie, for its owner alone, and delays no request.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createTraces, newTour } from '@signet/demo'
import { until } from '@signet/testing'
import { startRedis } from '../support/redis.js'
import { storeAt } from './open-stores.js'
import { assertResponse, call, register } from './requests.js'
import type { Target } from './services.js'
import { bank, otherBank, retirement, world } from './shared-world.js'
import { logsOf } from './world.js'

/** Begins a tour as a browser does, with an empty form. */
async function begin(bank: Target) {
  const response = await fetch(`${bank.url}/tour/begin`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    redirect: 'manual',
  })
  await response.body?.cancel()
  const cookie = response.headers.getSetCookie().find((line) => line.startsWith('signet_tour='))
  const [value = ''] = cookie?.split(';') ?? []
  return { status: response.status, cookie: value, id: value.slice('signet_tour='.length).slice(0, 22) }
}
const visit = (service: Target, cookie: string, path = '/sign-in') =>
  call(service, 'GET', path, { headers: { cookie, accept: 'text/html' } })
const BAR = 'Leave the tour'

describe('the recorder', () => {
  test('records requests at all replicas of both services, with cookie names and route patterns only', async () => {
    const person = await register(bank)
    const { cookie, id } = await begin(bank)
    const signedIn = `${cookie}; signet_token=${person.token}`
    await visit(bank, signedIn, '/accounts/hunter2?q=hunter2')
    await visit(otherBank, signedIn, '/')
    await visit(retirement, signedIn, '/')
    await visit(retirement, `${cookie}; signet_session=${'s'.repeat(43)}`, '/')
    const traces = createTraces(await storeAt(world.urls.store))
    const events = await until(
      () => traces.read(id),
      (found) => found?.length === 4,
      { what: 'four events' },
    )
    assert.ok(events)
    assert.deepEqual(
      events.map(({ service, path, cookies, strategy, code, status }) => [
        service,
        path,
        cookies,
        strategy ?? code,
        status,
      ]),
      [
        ['bank', '/accounts/:id', ['token'], 'jwt', 404],
        ['bank', '/', ['token'], 'jwt', 200],
        ['retirement', '/', ['token'], 'jwt', 200],
        ['retirement', '/', ['session'], 'session_unknown', 303],
      ],
    )
    assert.equal(new Set(events.map(({ instance }) => instance)).size, 3)
    const kept = JSON.stringify(events)
    for (const secret of ['hunter2', person.token.slice(-20), 'sssss', id]) assert.ok(!kept.includes(secret), secret)
  })

  test('an invalid tour cookie is ignored', async () => {
    const { cookie } = await begin(bank)
    assert.ok((await visit(bank, cookie)).text.includes(BAR))
    const value = cookie.slice('signet_tour='.length)
    for (const hostile of [
      'x',
      value.slice(0, -2),
      `${value}9`,
      `${value.slice(0, -1)}0`,
      `${value.slice(0, -1)}99`,
      `${value.slice(0, -1)}1e1`,
      `../../../../etc/passwd.1`,
      `${"'; DROP TABLE tour_traces".slice(0, 22)}.1`,
      `${'a'.repeat(4_000)}.1`,
      `"${value}"`,
      `${value}; ${cookie}`,
    ]) {
      const { status, text } = await visit(bank, `signet_tour=${hostile}`)
      assert.equal(status, 200, hostile.slice(0, 40))
      assert.ok(!text.includes(BAR), hostile.slice(0, 40))
    }
  })

  test('a response arrives when its event is written, so that the next page shows it', async () => {
    const { cookie, id } = await begin(bank)
    const traces = createTraces(await storeAt(world.urls.store))
    for (let visits = 1; visits <= 20; visits += 1) {
      await visit(visits % 2 === 0 ? bank : retirement, cookie)
      assert.equal((await traces.read(id))?.length, visits)
    }
  })

  test('a silent or stopped store holds no response up, and beginning a tour reports it', async (t) => {
    const fallen = await startRedis()
    t.after(() => fallen.stop())
    const lonely = await world.startHere('bank', { env: { SESSION_STORE_URL: fallen.url } })
    const { cookie, id } = await begin(lonely)
    // A stopped process never responds: a page that waited until the recording is written would hang.
    const pid = fallen.pid()
    assert.ok(pid)
    process.kill(pid, 'SIGSTOP')
    for (let count = 0; count < 3; count += 1) assert.equal((await visit(lonely, cookie)).status, 200)
    assert.match((await visit(lonely, cookie, '/tour/1')).text, /can’t read the recording right now/)
    assertResponse(await call(lonely, 'GET', '/wire/events', { headers: { cookie } }), 503, 'unavailable')
    assert.equal((await begin(lonely)).status, 503)
    assert.equal((await visit(lonely, cookie, '/compare')).status, 200)
    process.kill(pid, 'SIGCONT')
    const traces = createTraces(await storeAt(fallen.url))
    await until(
      () => traces.read(id),
      (events) => events?.length === 4,
      { what: 'the events recorded meanwhile' },
    )

    const wire = await fetch(`${lonely.url}/wire/events`, { headers: { cookie } })
    await fallen.stop()
    assert.match(await wire.text(), /^retry/, 'the stream ends as a whole')
    for (let count = 0; count < 5; count += 1) assert.equal((await visit(lonely, cookie)).status, 200)
    assert.equal((await begin(lonely)).status, 503)
    const page = await visit(lonely, cookie, '/tour/1')
    assert.equal(page.status, 200)
    assert.match(page.text, /can’t read the recording right now/)
    assert.equal((await visit(lonely, cookie, '/wire')).status, 200)
    assertResponse(await call(lonely, 'GET', '/wire/events', { headers: { cookie } }), 503, 'unavailable')
    await lonely.stop()
  })

  test('the live wire of no recording, or of one that was not begun, is not found', async () => {
    for (const headers of [{}, { cookie: `signet_tour=${newTour(1).id}.1` }])
      assertResponse(await call(bank, 'GET', '/wire/events', { headers }), 404, 'not_found')
  })

  test('a process that stops saves its recorded events', async () => {
    const { cookie, id } = await begin(bank)
    const leaving = await world.startHere('bank')
    await visit(leaving, cookie)
    await leaving.stop()
    const traces = createTraces(await storeAt(world.urls.store))
    assert.equal((await traces.read(id))?.length, 1)
  })

  test('one address can begin thirty tours a minute', async () => {
    const limited = await world.startHere('bank', { env: { LOGIN_RATE_LIMIT: '10' } })
    const statuses: number[] = []
    for (let count = 0; count < 31; count += 1) statuses.push((await begin(limited)).status)
    assert.deepEqual(statuses, [...Array(30).fill(303), 429])
    await limited.stop()
  })

  test('with DEMO=0 there is no tour, and its cookie is ignored', async () => {
    const { cookie, id } = await begin(bank)
    const serious = await world.startHere('bank', { env: { DEMO: '0' } })
    for (const path of ['/tour', '/tour/1']) assert.equal((await visit(serious, cookie, path)).status, 404)
    const { text } = await visit(serious, cookie)
    assert.ok(!text.includes(BAR) && !text.includes('/tour'))
    await serious.stop()
    assert.deepEqual(await createTraces(await storeAt(world.urls.store)).read(id), [])
  })

  test('no log line contains the id of a tour', async () => {
    const { cookie, id } = await begin(bank)
    for (const path of ['/sign-in', '/tour/1']) await visit(bank, cookie, path)
    const logs = await logsOf(world)
    assert.ok(logs.includes('/tour/begin'))
    assert.ok(!logs.includes(id))
  })
})
