import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { openPool } from '@signet/database'
import { openTestDatabase, until } from '@signet/testing'
import { quickHasher } from '@signet/testing/quick-hasher'
import { ada, buildTestBank, cookiesOf, form, grace, json, login, startBank, type TestBank } from '../support.js'

describe('too many failures at the bank', () => {
  let bank: TestBank
  before(async () => {
    bank = await startBank({ LOGIN_RATE_LIMIT: '2' })
  })
  after(() => bank.close())

  test('refuse the right password too, in the API and on the page, whatever the letter case', async () => {
    for (const username of ['ada', 'ADA']) {
      assert.equal((await login(bank.app, { username, password: 'wrong' })).statusCode, 401)
    }
    const answer = await login(bank.app, { username: ada.username, password: ada.password })
    assert.deepEqual([answer.statusCode, answer.json().code, cookiesOf(answer)], [429, 'rate_limited', []])
    assert.ok(Number(answer.headers['retry-after']) > 0)
    const payload = new URLSearchParams({ username: ada.username, password: ada.password }).toString()
    const page = await bank.app.inject({ method: 'POST', url: '/sign-in', headers: form, payload })
    assert.equal(page.statusCode, 429)
    assert.match(page.body, /role="alert"[\s\S]*Too many attempts/)
  })

  test('count for a name longer than any could be', async () => {
    const username = 'x'.repeat(256)
    const statuses = []
    for (let times = 0; times < 3; times += 1)
      statuses.push((await login(bank.app, { username, password: 'x' })).statusCode)
    assert.deepEqual(statuses, [401, 401, 429])
  })

  test('are out of reach of a service that can write to the session store', async () => {
    const store = await openTestDatabase({ name: 'empty' })
    const { app } = await buildTestBank(bank.databaseUrl, { LOGIN_RATE_LIMIT: '2', SESSION_STORE_URL: store.url })
    const attempt = () => login(app, { username: 'guessed', password: 'wrong' })
    for (const expected of [401, 401, 429]) assert.equal((await attempt()).statusCode, expected)
    const owner = openPool(store.url)
    await owner.query('DROP SCHEMA public CASCADE')
    await owner.query('CREATE SCHEMA public')
    await owner.end()
    assert.equal((await attempt()).statusCode, 429)
    await app.close()
    await store.remove()
  })

  test('of one address lock out no other address and no registration, for any username', async () => {
    const { app } = await buildTestBank(bank.databaseUrl, { LOGIN_RATE_LIMIT: '2', TRUST_PROXY: '127.0.0.1' })
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const wrong = (port: number) =>
      login(app, { username: `victim-${port % 50}`, password: 'wrong' }, from(`198.51.100.8:${50_000 + port}`))
    const statuses = new Map<number, number>()
    for (let port = 0; port < 100; port += 1) {
      const { statusCode } = await wrong(port)
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
    }
    assert.deepEqual(
      [...statuses],
      [
        [401, 20],
        [429, 80],
      ],
      'a port is no other client',
    )
    const { username, password } = grace
    assert.equal((await login(app, { username, password }, from('198.51.100.8:9'))).statusCode, 429)
    for (const address of ['203.0.113.5', '[2001:db8::5]:443', '203.0.113.6:1']) {
      assert.equal((await login(app, { username, password }, from(address))).statusCode, 200, address)
    }
    const registered = await app.inject({
      method: 'POST',
      url: '/api/register',
      headers: { ...json, ...from('198.51.100.8:10') },
      payload: JSON.stringify({ username: 'newcomer', name: 'New Comer', password: 'correct-horse-battery-staple' }),
    })
    assert.equal(registered.statusCode, 201)
    await app.close()
  })

  test('and a crowd from one address leaves the queue of hashes open to the others, and to new customers', async () => {
    let crowding = false
    const hashing = new EventEmitter().setMaxListeners(0)
    const { run, ...hasher } = quickHasher()
    /** Leaves a place in the queue only when all are taken. */
    const runWhenFull: typeof run = async (job) => {
      if (crowding)
        await until(
          () => app.passwords.load().waiting,
          (waiting) => waiting === 4 || !crowding,
          { everyMilliseconds: 1 },
        )
      return run(job).finally(() => hashing.emit('hashed'))
    }
    const { app } = await buildTestBank(
      bank.databaseUrl,
      { LOGIN_RATE_LIMIT: '0', LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '4', TRUST_PROXY: '127.0.0.1' },
      { ...hasher, run: runWhenFull },
    )
    const crowd = (index: number) =>
      login(
        app,
        { username: `of-the-crowd-${index}`, password: 'wrong' },
        { 'x-forwarded-for': `2001:db8:7:${index}::1` },
      )
    const { username, password } = grace
    crowding = true
    const statuses = new Set<number>()
    const crowds = Array.from({ length: 8 }, async (_, index) => {
      while (crowding) {
        const { statusCode } = await crowd(index)
        statuses.add(statusCode)
        if (statusCode === 503 && crowding) await once(hashing, 'hashed')
      }
    })
    for (let times = 0; times < 5; times += 1) {
      const [signedIn, registered] = await Promise.all([
        login(app, { username, password }, { 'x-forwarded-for': '203.0.113.7' }),
        app.inject({
          method: 'POST',
          url: '/api/register',
          headers: { ...json, 'x-forwarded-for': '203.0.113.8' },
          payload: JSON.stringify({
            username: `late-${times}`,
            name: 'Late',
            password: 'correct-horse-battery-staple',
          }),
        }),
      ])
      assert.deepEqual([signedIn.statusCode, registered.statusCode], [200, 201])
    }
    crowding = false
    hashing.emit('hashed')
    await Promise.all(crowds)
    assert.deepEqual([...statuses].sort(), [401, 503])
    await app.close()
  })

  test('are not escaped by what is no address', async () => {
    const { app } = await buildTestBank(bank.databaseUrl, { LOGIN_RATE_LIMIT: '2', TRUST_PROXY: '127.0.0.1' })
    const codes = []
    for (const forwarded of ['unknown', 'x1', '1.2.3.4:port', '"1.2.3.5"', '[::1', '1.2.3.6, nobody']) {
      const answer = await login(app, { username: 'other-victim', password: 'wrong' }, { 'x-forwarded-for': forwarded })
      codes.push(answer.statusCode)
    }
    assert.deepEqual(codes, [401, 401, 429, 429, 429, 429])
    await app.close()
  })

  test('registrations count by address before the slow password check', async () => {
    const register = (password: string) =>
      bank.app.inject({
        method: 'POST',
        url: '/api/register',
        remoteAddress: '192.0.2.77',
        headers: json,
        payload: JSON.stringify({ username: 'somebody', name: 'Some Body', password }),
      })
    for (let times = 0; times < 30; times += 1) assert.equal((await register('too short')).statusCode, 400)
    for (let times = 0; times < 20; times += 1) assert.equal((await register('p4$$w0rdp4$$w0rd')).statusCode, 400)
    assert.equal((await register('p4$$w0rdp4$$w0rd')).statusCode, 429)
    assert.equal((await register('correct-horse-battery-staple')).statusCode, 429)
  })

  test('do not count where the password was not looked at, because too many waited', async () => {
    const { app } = await buildTestBank(bank.databaseUrl, {
      LOGIN_RATE_LIMIT: '2',
      LOGIN_CONCURRENCY: '1',
      LOGIN_QUEUE: '0',
    })
    const { username, password } = grace
    let refusals = 0
    // A busy machine may bring the second when the first is through.
    for (let round = 0; round < 30 && refusals < 3; round += 1) {
      const answers = await Promise.all([login(app, { username, password }), login(app, { username, password })])
      const statuses = answers.map(({ statusCode }) => statusCode).sort()
      assert.deepEqual(statuses, [200, statuses[1] === 200 ? 200 : 503])
      if (statuses[1] === 503) refusals += 1
    }
    assert.equal(refusals, 3)
    await app.close()
  })

  test('count for an unknown username too', async () => {
    const answers = []
    for (let times = 0; times < 3; times += 1)
      answers.push(await login(bank.app, { username: 'nobody-here', password: 'x' }))
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [401, 401, 429],
    )
  })
})
