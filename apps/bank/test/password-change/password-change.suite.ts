import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { until } from '@signet/testing'
import { insertSession } from '../../src/sessions/store.js'
import { claimPassword, renewPasswordHash } from '../../src/sign-in/store.js'
import { lockUser } from '../../src/sign-in-methods/store.js'
import { type Browser, openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { authenticated, call, userIdOf } from '../sign-in-methods/methods.js'
import { ada, claimsOf, grace, login, sharedBank, type TestBank } from '../support.js'

/** A loaded machine hashes slowly. */
const PATIENT = { timeout: 60_000 }
const NEW = 'another quiet place by the sea'

let bank: TestBank
let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({ HOST: '127.0.0.1' })
})

const codeOf = async (browser: Browser) => (await browser.send('GET', '/api/me')).json().code
const refusalOf = (response: { statusCode: number; json(): { code?: string } }) => [
  response.statusCode,
  response.json().code,
]
const activeSessions = (username: string) => bank.db.session.count({ where: { user: { username }, endedAt: null } })
const change = (token: string, body: object, { app } = bank) => call({ app }, token, 'POST', '/api/password', body)

describe('POST /api/password', () => {
  for (const strategy of ['jwt', 'session', 'shared-session'] as const) {
    test(`changes the password, revokes every session and gives this browser a new one: ${strategy}`, async () => {
      const { username, password } = await newCustomer(bank)
      const owner = openBrowser(bank.app)
      await owner.send('POST', '/api/login', { username, password, strategy })
      const elsewhere = openBrowser(bank.app)
      await elsewhere.send('POST', '/api/login', { username, password })
      const copy = owner.copy()
      const before = (await owner.send('GET', '/api/me')).json().data

      const response = await owner.send('POST', '/api/password', { currentPassword: password, newPassword: NEW })
      assert.equal(response.statusCode, 200)
      assert.equal(response.json().data, strategy === 'jwt' ? owner.jar.get('signet_token') : null)
      const after = (await owner.send('GET', '/api/me')).json().data
      assert.deepEqual([after.id, after.strategy], [before.id, strategy])
      assert.notEqual(after.sid, before.sid)
      assert.deepEqual([await codeOf(copy), await codeOf(elsewhere)], ['token_revoked', 'token_revoked'])
      assert.equal(await activeSessions(username), 1)
      assert.equal((await login(bank.app, { username, password })).statusCode, 401)
      assert.equal((await login(bank.app, { username, password: NEW })).statusCode, 200)
    })
  }

  test('refuses a wrong current password, and changes nothing', async () => {
    const { username, password, token } = await newCustomer(bank)
    const response = await change(token, { currentPassword: 'not the password', newPassword: NEW })
    assert.deepEqual(refusalOf(response), [401, 'invalid_credentials'])
    assert.equal((await call(bank, token, 'GET', '/api/me')).statusCode, 200)
    assert.equal((await login(bank.app, { username, password })).statusCode, 200)
  })

  for (const [what, newPassword] of [
    ['too short', 'a quiet place'],
    ['too long', 'a quiet place by the sea '.repeat(6)],
    ['common', 'passwordpassword'],
    ['with a line break', 'a quiet place\nby the sea'],
  ] as const) {
    test(`refuses a password that is ${what}, and changes nothing`, async () => {
      const { username, password, token } = await newCustomer(bank)
      const response = await change(token, { currentPassword: password, newPassword })
      assert.deepEqual(refusalOf(response), [400, 'invalid_request'])
      assert.equal((await call(bank, token, 'GET', '/api/me')).statusCode, 200)
      assert.equal((await login(bank.app, { username, password })).statusCode, 200)
    })
  }

  test('needs no current password for five minutes after a passkey or a recovery code', async () => {
    for (const amr of [['hwk', 'user'], ['swk', 'user'], ['otp']]) {
      const { username, token } = await newCustomer(bank)
      const stale = await change(authenticated(token, 301, amr), { newPassword: NEW })
      assert.deepEqual(refusalOf(stale), [403, 'reauthentication_required'])
      assert.equal((await change(authenticated(token, 295, amr), { newPassword: NEW })).statusCode, 200)
      assert.equal((await login(bank.app, { username, password: NEW })).statusCode, 200)
    }
  })

  test('needs the current password after a login with the password, however recent: the cookie may be a copy', async () => {
    const { token } = await newCustomer(bank)
    assert.deepEqual(refusalOf(await change(token, { newPassword: NEW })), [403, 'reauthentication_required'])
  })

  test('keeps the time of the login, so that the new session confirms no transfer', async () => {
    const { username, password, token } = await newCustomer(bank)
    const authTime = new Date(Math.floor(Date.now() / 1000) * 1000 - 600_000)
    await bank.db.session.updateMany({ where: { user: { username } }, data: { authTime } })
    const response = await change(token, { currentPassword: password, newPassword: NEW })
    assert.equal(claimsOf(response.json().data).auth_time, authTime.getTime() / 1000)
  })

  test('of two at once, at two replicas, one wins and leaves one session', async () => {
    const { username, password, token } = await newCustomer(bank)
    const both = [`${NEW} one`, `${NEW} two`]
    const responses = await Promise.all(
      both.map((newPassword, at) =>
        change(token, { currentPassword: password, newPassword }, at === 0 ? bank : replica),
      ),
    )
    assert.deepEqual(responses.map(({ statusCode }) => statusCode).sort(), [200, 401])
    assert.equal(await activeSessions(username), 1)
    const winner = responses.findIndex(({ statusCode }) => statusCode === 200)
    const logins = await Promise.all(both.map((attempt) => login(bank.app, { username, password: attempt })))
    assert.deepEqual(
      logins.map(({ statusCode }) => statusCode),
      winner === 0 ? [200, 401] : [401, 200],
    )
  })

  test('sent again with the new session, it changes nothing', async () => {
    const { username, password, token } = await newCustomer(bank)
    const body = { currentPassword: password, newPassword: NEW }
    const renewed = (await change(token, body)).json().data
    assert.deepEqual(refusalOf(await change(renewed, body)), [401, 'invalid_credentials'])
    assert.equal((await call(bank, renewed, 'GET', '/api/me')).statusCode, 200)
    assert.equal((await login(bank.app, { username, password: NEW })).statusCode, 200)
  })

  test('does not touch how a demo user signs in where the demo is public', async () => {
    const { app } = await sharedBank({ DEMO: 'public' })
    for (const { username, password } of [ada, grace]) {
      const token = String((await login(app, { username, password })).json().data)
      const response = await change(token, { currentPassword: password, newPassword: NEW }, { ...bank, app })
      assert.deepEqual(refusalOf(response), [403, 'forbidden'])
      for (const url of ['/api/passkeys/options', '/api/recovery-codes']) {
        assert.deepEqual(refusalOf(await call({ app }, token, 'POST', url)), [403, 'forbidden'], url)
      }
      assert.equal((await login(app, { username, password })).statusCode, 200)
    }
  })
})

/** Resolves when a statement about this table waits for a lock. */
const someoneWaitsFor = (table: string) =>
  until(
    () => bank.db.$queryRaw<unknown[]>`
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE ${`%${table}%`}`,
    (rows) => rows.length > 0,
  )

describe('a login whose password is changed while it is verified', () => {
  test('creates no session', async () => {
    const { username, password, token } = await newCustomer(bank)
    const userId = userIdOf(token)
    let attempt: ReturnType<typeof login> | undefined
    await bank.db.$transaction(async (transaction) => {
      await lockUser(transaction, userId)
      await transaction.user.update({ where: { id: userId }, data: { passwordChangedAt: new Date() } })
      attempt = login(bank.app, { username, password })
      await someoneWaitsFor('users')
    }, PATIENT)
    assert.deepEqual(refusalOf((await attempt) as Awaited<ReturnType<typeof login>>), [401, 'invalid_credentials'])
    assert.equal(await activeSessions(username), 1, 'the one of the registration')
  })

  test('leaves no session where it was a moment earlier: the change waits for it', async () => {
    const { username, password, token } = await newCustomer(bank)
    const person = await bank.db.user.findUniqueOrThrow({ where: { username } })
    const own = await bank.db.session.findUniqueOrThrow({ where: { id: String(claimsOf(token).sid) } })
    const { userId, authTime, amr, expiresAt, userAgent, address } = own
    const device = { userAgent, address }
    const session = { id: randomUUID(), strategy: 'jwt' as const, userId, authTime, amr, expiresAt, ...device }
    let changing: ReturnType<typeof change> | undefined
    await bank.db.$transaction(async (transaction) => {
      await insertSession(transaction, session, new Date())
      await claimPassword(person)(transaction, session)
      changing = change(token, { currentPassword: password, newPassword: NEW })
      await someoneWaitsFor('users')
    }, PATIENT)
    assert.equal((await changing)?.statusCode, 200)
    assert.notEqual((await bank.db.session.findUniqueOrThrow({ where: { id: session.id } })).endedAt, null)
    assert.equal(await activeSessions(username), 1)
  })

  test('does not bring the old password back with new parameters of the hash', async () => {
    const { username } = await newCustomer(bank)
    const stale = await bank.db.user.findUniqueOrThrow({ where: { username } })
    await bank.db.user.update({ where: { username }, data: { passwordHash: 'changed since' } })
    await renewPasswordHash(bank.db, stale, 'of the old password')
    assert.equal((await bank.db.user.findUniqueOrThrow({ where: { username } })).passwordHash, 'changed since')
  })
})
