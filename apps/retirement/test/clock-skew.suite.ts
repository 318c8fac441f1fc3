// Retirement's clock differs from the bank's: the browser reaches a page without a redirect loop.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { browse, type Jar } from './browse.js'
import { system } from './shared-system.js'
import { claimsOf, RETIREMENT, SECRET } from './support.js'

/** The cookies of a new customer's browser. */
async function signedIn(username: string, strategy = 'jwt'): Promise<Jar> {
  await system.bank.register(username)
  const response = await fetch(`http://127.0.0.1:${system.bank.port}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: 'quite-a-long-phrase-of-mine', strategy }),
  })
  assert.equal(response.status, 200)
  const pairs = response.headers.getSetCookie().map((set) => /^([^=]+)=([^;]*)/.exec(set) ?? [])
  return new Map(pairs.flatMap(([, name = '', value = '']) => (value === '' ? [] : [[name, value]])))
}

/** Signs the same claims with the given remaining lifetime in seconds. */
function endingIn(seconds: number, token: string): string {
  const exp = Math.floor(Date.now() / 1000) + seconds
  const claims = { ...claimsOf(token), iat: exp - 300, exp, auth_time: exp - 300 }
  const input = `${token.split('.')[0]}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
}

/** Sets the clock of retirement, which runs in this process. The bank is a separate process. */
const shift = (t: TestContext, seconds: number) =>
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + seconds * 1000 })

describe("with retirement's clock", () => {
  for (const [skewSeconds, lifeSeconds] of [
    [5, 4],
    [60, 50],
    [250, 240],
  ] as const) {
    test(`${skewSeconds} s ahead, an expired token is renewed with one redirect through the bank`, async (t) => {
      const jar = await signedIn(`ahead-${skewSeconds}`)
      const before = endingIn(lifeSeconds, jar.get('signet_token') ?? '')
      jar.set('signet_token', before)
      shift(t, skewSeconds)
      const landing = await browse(`${RETIREMENT}/?contributions=all`, jar)
      assert.deepEqual(
        [landing.statusCode, landing.url, landing.redirects],
        [200, `${RETIREMENT}/?contributions=all`, 2],
      )
      assert.match(landing.body, /Your plan/)
      assert.notEqual(jar.get('signet_token'), before)
    })
  }

  test('5 s behind, a new token is accepted at once', async (t) => {
    const jar = await signedIn('behind-5')
    shift(t, -5)
    const landing = await browse(`${RETIREMENT}/`, jar)
    assert.deepEqual([landing.statusCode, landing.redirects], [200, 0])
  })

  test('60 s behind, the bank says that the clocks differ, and the token is accepted a minute later', async (t) => {
    const jar = await signedIn('behind-60')
    shift(t, -60)
    const landing = await browse(`${RETIREMENT}/`, jar)
    assert.deepEqual([landing.statusCode, landing.redirects], [200, 1])
    assert.match(landing.body, /role="status"[\s\S]*The clocks of the two apps differ/)
    t.mock.timers.tick(60_000)
    assert.deepEqual((await browse(`${RETIREMENT}/`, jar)).redirects, 0)
  })

  for (const strategy of ['jwt', 'shared-session'] as const) {
    test(`one day ahead, renewal cannot help and the bank asks for a sign-in: ${strategy}`, async (t) => {
      const jar = await signedIn(`day-${strategy}`, strategy)
      shift(t, 86_400)
      const landing = await browse(`${RETIREMENT}/`, jar)
      assert.equal(landing.statusCode, 200)
      assert.match(landing.body, /role="status"[\s\S]*Sign in again to continue/)
      assert.ok(landing.redirects <= 12, `${landing.redirects} redirects`)
    })
  }
})

test('without a refresh token, the bank asks for a sign-in although it accepts the token', async (t) => {
  const jar = await signedIn('no-refresh')
  jar.delete('signet_refresh')
  jar.set('signet_token', endingIn(50, jar.get('signet_token') ?? ''))
  shift(t, 60)
  const landing = await browse(`${RETIREMENT}/`, jar)
  assert.deepEqual([landing.statusCode, landing.redirects], [200, 1])
  assert.match(landing.body, /Your session has expired/)
})
