import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { type Browser, openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { claimsOf, sharedBank, type TestBank } from '../support.js'

let bank: TestBank
/** Another replica, whose status list is one second old. */
let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({})
})

const STRATEGIES = ['jwt', 'session', 'shared-session'] as const

async function logIn(strategy: (typeof STRATEGIES)[number] = 'jwt') {
  const { username, password } = await newCustomer(bank)
  const credentials = { username, password, strategy }
  const browser = openBrowser(bank.app)
  await browser.send('POST', '/api/login', credentials)
  return { ...browser, credentials }
}

const me = async (browser: Browser) => (await browser.send('GET', '/api/me')).json().data
const codeOf = async (browser: Browser) => (await browser.send('GET', '/api/me')).json().code

const WAYS: ReadonlyArray<readonly [name: string, signOutElsewhere: (browser: Browser) => Promise<unknown>]> = [
  [
    'DELETE /api/sessions',
    async (browser) => {
      const response = await browser.send('DELETE', '/api/sessions')
      assert.equal(response.statusCode, 200)
      return response.json().data
    },
  ],
  [
    'the button of the security page',
    async (browser) => {
      const response = await browser.send('POST', '/security/end-others')
      assert.deepEqual([response.statusCode, response.headers.location], [303, '/security?done=others'])
      return undefined
    },
  ],
]

for (const [name, signOutElsewhere] of WAYS) {
  for (const strategy of STRATEGIES) {
    describe(`${name}, with a session by ${strategy}`, () => {
      test('revokes every session of the user and gives this browser a new one', async () => {
        const owner = await logIn(strategy)
        const before = await me(owner)
        const elsewhere = openBrowser(bank.app)
        await elsewhere.send('POST', '/api/login', { ...owner.credentials, strategy: 'jwt' })
        const stranger = await logIn('jwt')
        const copy = owner.copy()

        const data = await signOutElsewhere(owner)
        if (data !== undefined) assert.equal(data, strategy === 'jwt' ? owner.jar.get('signet_token') : null)
        const after = await me(owner)
        assert.deepEqual([after.id, after.strategy], [before.id, strategy])
        assert.notEqual(after.sid, before.sid)
        for (const signedOut of [copy, elsewhere]) {
          assert.equal(await codeOf(signedOut), 'token_revoked')
          assert.equal((await signedOut.send('POST', '/api/token/refresh')).statusCode, 401)
        }
        assert.equal((await stranger.send('GET', '/api/me')).statusCode, 200)
        const sessions = (await owner.send('GET', '/api/sessions')).json().data
        assert.deepEqual(
          sessions.map(({ id, current }: { id: string; current: boolean }) => [id, current]),
          [[after.sid, true]],
        )
      })

      test('changes neither the expiry nor auth_time', async () => {
        const owner = await logIn(strategy)
        const { sid } = await me(owner)
        const authTime = new Date(Math.floor(Date.now() / 1000) * 1000 - 600_000)
        const { expiresAt } = await bank.db.session.update({ where: { id: sid }, data: { authTime } })
        await owner.send('POST', '/api/reauthenticate', { password: owner.credentials.password })
        await signOutElsewhere(owner)
        const row = await bank.db.session.findUniqueOrThrow({ where: { id: (await me(owner)).sid } })
        assert.deepEqual([row.authTime, row.expiresAt], [authTime, expiresAt])
        const token = owner.jar.get('signet_token')
        if (token !== undefined) assert.equal(claimsOf(token).auth_time, authTime.getTime() / 1000)
      })
    })
  }
}

test('a copy of the old cookies gets no new session, at a replica that still accepts them', async () => {
  const owner = await logIn()
  const thief = owner.copy(replica.app)
  assert.equal((await thief.send('GET', '/api/me')).statusCode, 200)
  await owner.send('DELETE', '/api/sessions')
  const response = await thief.send('DELETE', '/api/sessions')
  assert.deepEqual([response.statusCode, response.json().code], [401, 'token_revoked'])
  assert.equal((await owner.send('GET', '/api/me')).statusCode, 200)
})

test('of concurrent requests with the same cookies, one gets a session, and no other session stays active', async () => {
  const owner = await logIn()
  const copies = Array.from({ length: 8 }, (_, index) => owner.copy(index % 2 === 0 ? bank.app : replica.app))
  const responses = await Promise.all(copies.map((copy) => copy.send('DELETE', '/api/sessions')))
  assert.deepEqual(responses.map(({ statusCode }) => statusCode).sort(), [200, ...Array(7).fill(401)])
  const { username } = owner.credentials
  assert.equal(await bank.db.session.count({ where: { user: { username }, endedAt: null } }), 1)
})

describe('a re-authentication', () => {
  for (const strategy of STRATEGIES) {
    test(`in a session by ${strategy} is in that response only, and not in copies of the cookies`, async (t) => {
      t.mock.timers.enable({ apis: ['Date'], now: Date.now() - 600_000 })
      const owner = await logIn(strategy)
      t.mock.timers.reset()
      if (strategy === 'jwt') await owner.send('POST', '/api/token/refresh')
      const { sid } = await me(owner)
      const [checking] = (await owner.send('GET', '/api/accounts')).json().data
      const { checking: to } = await newCustomer(bank)
      const send = (browser: Browser) => {
        const key = { 'idempotency-key': randomUUID() }
        return browser.send('POST', '/api/transfers', { from: checking.id, to: to.id, amount: 150_000 }, key)
      }
      const thief = owner.copy()
      assert.equal((await send(owner)).json().code, 'reauthentication_required')

      const response = await owner.send('POST', '/api/reauthenticate', { password: owner.credentials.password })
      assert.equal(response.statusCode, 200)
      assert.equal((await me(owner)).sid, sid)
      assert.equal((await send(thief)).json().code, 'reauthentication_required')
      assert.equal((await send(owner)).statusCode, 201)
      // A copy of the earlier session ends with it.
      await owner.send('POST', '/api/logout')
      assert.equal(await codeOf(thief), 'token_revoked')
    })
  }
})
