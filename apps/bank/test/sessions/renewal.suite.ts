import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Browser, openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { claimsOf, sharedBank, type TestBank } from '../support.js'

let bank: TestBank
/** Another replica. */
let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({})
})

/** Logs in, in a browser of its own. */
async function logIn(): Promise<Browser & { readonly password: string; readonly sid: string }> {
  const { username, password } = await newCustomer(bank)
  const browser = openBrowser(bank.app)
  const response = await browser.send('POST', '/api/login', { username, password })
  return { ...browser, password, sid: String(claimsOf(response.json().data).sid) }
}

/** As if so many seconds had passed since the session was last renewed. */
const later = (sid: string, seconds: number) => bank.db.$executeRaw`
  UPDATE sessions SET rotated_at = rotated_at - make_interval(secs => ${seconds}),
    previously_rotated_at = previously_rotated_at - make_interval(secs => ${seconds})
  WHERE id = ${sid}::uuid`

const isEnded = async (sid: string) =>
  (await bank.db.session.findUniqueOrThrow({ where: { id: sid } })).endedAt !== null

/** Each way to renew a session; whether it did. */
const WAYS: ReadonlyArray<readonly [name: string, renew: (browser: Browser) => Promise<boolean>]> = [
  ['the API', async (browser) => (await browser.send('POST', '/api/token/refresh')).statusCode === 200],
  ['the renewal that pages request', async (browser) => (await browser.send('GET', '/renewal')).statusCode === 204],
  [
    'the redirect through the sign-in page',
    async (browser) => {
      browser.jar.delete('signet_token')
      return (await browser.send('GET', '/sign-in')).statusCode === 303
    },
  ],
]

for (const [name, renew] of WAYS) {
  describe(`a copied refresh token, used by ${name}`, () => {
    test('is found when the owner and the thief take turns, and the session ends for both', async () => {
      const owner = await logIn()
      const thief = owner.copy(replica.app)
      const renewals: boolean[] = []
      for (let turn = 0; turn < 4; turn += 1) {
        renewals.push(await renew(turn % 2 === 0 ? owner : thief))
        await later(owner.sid, 61)
      }
      assert.deepEqual(renewals, [true, false, false, false])
      assert.ok(await isEnded(owner.sid))
      assert.equal((await owner.send('GET', '/api/me')).statusCode, 401)
    })

    test('is found when the thief is first', async () => {
      const owner = await logIn()
      const thief = owner.copy(replica.app)
      for (let turn = 0; turn < 3; turn += 1) {
        assert.ok(await renew(thief))
        await later(owner.sid, 30)
      }
      assert.equal(await renew(owner), false)
      assert.equal(await renew(thief), false)
    })

    test('is found when the superseded one is replayed a minute after the rotation', async () => {
      const owner = await logIn()
      const thief = owner.copy(replica.app)
      assert.ok(await renew(owner))
      await later(owner.sid, 59)
      const replayed = thief.copy()
      assert.ok(await renew(replayed))
      assert.equal(replayed.jar.get('signet_refresh'), owner.jar.get('signet_refresh'), 'the same successor')
      await later(owner.sid, 2)
      assert.equal(await renew(thief), false)
      assert.ok(await isEnded(owner.sid))
    })

    test('is found ten seconds after its successor was used, or at a minute in all', async () => {
      for (const [untilUsed, afterwards, expected] of [
        [20, 9, true],
        [20, 11, false],
        [55, 4, true],
        [55, 6, false],
        [300, 1, false],
      ] as const) {
        const owner = await logIn()
        const thief = owner.copy(replica.app)
        assert.ok(await renew(owner))
        await later(owner.sid, untilUsed)
        assert.ok(await renew(owner))
        await later(owner.sid, afterwards)
        assert.equal(await renew(thief), expected, `used after ${untilUsed} s, replayed ${afterwards} s later`)
        assert.equal(await isEnded(owner.sid), !expected)
      }
    })

    test('does not inherit a re-authentication of the user', async () => {
      const owner = await logIn()
      const loggedInAt = claimsOf(owner.jar.get('signet_token') ?? '').auth_time
      await bank.db.session.update({
        where: { id: owner.sid },
        data: { authTime: new Date((Number(loggedInAt) - 600) * 1000) },
      })
      const response = await owner.send('POST', '/api/reauthenticate', { password: owner.password })
      const { auth_time: again, sid } = claimsOf(response.json().data)
      assert.ok(Number(again) >= Number(loggedInAt))
      assert.equal(sid, owner.sid)
      const thief = owner.copy(replica.app)
      for (const browser of [thief, owner]) {
        assert.ok(await renew(browser))
        assert.equal(claimsOf(browser.jar.get('signet_token') ?? '').auth_time, Number(loggedInAt) - 600)
      }
    })
  })
}

test('a hundred concurrent renewals of one token at two replicas get the same successor', async () => {
  const owner = await logIn()
  const browsers = Array.from({ length: 100 }, (_, index) => owner.copy(index % 2 === 0 ? bank.app : replica.app))
  const responses = await Promise.all(browsers.map((browser) => browser.send('POST', '/api/token/refresh')))
  assert.deepEqual(new Set(responses.map(({ statusCode }) => statusCode)), new Set([200]))
  assert.equal(new Set(browsers.map(({ jar }) => jar.get('signet_refresh'))).size, 1)
})

test('the windows are counted by the clock of the database, whatever a replica thinks', async (t) => {
  const owner = await logIn()
  const thief = owner.copy()
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 40_000 })
  assert.equal((await owner.send('POST', '/api/token/refresh')).statusCode, 200)
  t.mock.timers.reset()
  await later(owner.sid, 61)
  assert.equal((await thief.send('POST', '/api/token/refresh')).json().code, 'token_revoked')
})
