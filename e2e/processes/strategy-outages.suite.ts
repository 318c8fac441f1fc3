// Outages with each session strategy: no session is lost, except memory sessions when their bank stops.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '@signet/testing'
import {
  briefBank,
  killTheBank,
  postgres,
  restartTheBank,
  retirement,
  theBank,
  untilBanksAreReady,
} from './outage-world.js'
import { assertResponse, type CallOptions, call, claimsOf, register, tokensIn, untilServed } from './requests.js'
import type { Target } from './services.js'

const COOKIES = { jwt: 'signet_token', session: 'signet_session', 'shared-session': 'signet_shared_session' } as const
type Strategy = keyof typeof COOKIES
const ALL: readonly Strategy[] = ['jwt', 'session', 'shared-session']

/** Signs one user in with each strategy. Returns the headers of the three browsers. */
async function signInByEach(at: Target) {
  const { username, password } = await register(at)
  const signInBy = async (strategy: Strategy) => {
    const body = { username, password, strategy }
    const { cookies } = assertResponse(await call(at, 'POST', '/api/login', { body }), 200)
    return { cookie: `${COOKIES[strategy]}=${cookies[COOKIES[strategy]]?.value}` }
  }
  const [jwt, session, shared] = await Promise.all([signInBy('jwt'), signInBy('session'), signInBy('shared-session')])
  return { username, password, headersBy: { jwt, session, 'shared-session': shared } }
}
const me = (service: Target, headers: { readonly cookie: string }) => call(service, 'GET', '/api/me', { headers })

test('tokens and shared sessions work at retirement while the bank is down, and at the bank after its restart', async () => {
  await untilBanksAreReady()
  const { headersBy } = await signInByEach(theBank())
  const travelling = ALL.filter((strategy) => strategy !== 'session')
  for (const strategy of travelling) await untilServed(() => me(retirement, headersBy[strategy]))
  await killTheBank()
  for (const strategy of travelling) {
    const headers = headersBy[strategy]
    for (const path of ['/api/me', '/api/plan', '/'])
      assertResponse(await call(retirement, 'GET', path, { headers }), 200)
    for (const path of ['/api/logout', '/sign-out'])
      assert.deepEqual(assertResponse(await call(retirement, 'POST', path, { headers }), 503).cookies, {}, path)
  }
  await restartTheBank()
  const bank = theBank()
  for (const strategy of travelling) {
    assertResponse(await me(retirement, headersBy[strategy]), 200)
    assertResponse(await call(bank, 'GET', '/api/accounts', { headers: headersBy[strategy] }), 200)
  }
  // A memory session is lost with its process. The cookie is kept all the same.
  assert.deepEqual(assertResponse(await me(bank, headersBy.session), 401, 'token_missing').cookies, {})
})

test('an outage of PostgreSQL clears no cookie, redirects to no sign-in, and every session works afterwards', async () => {
  await untilBanksAreReady()
  const bank = theBank()
  const { password, headersBy } = await signInByEach(bank)
  for (const strategy of ALL) assertResponse(await me(bank, headersBy[strategy]), 200)
  const known = { jwt: 200, session: 200, 'shared-session': 503 }
  const flows: readonly [string, string, CallOptions?][] = [
    ['GET', '/api/accounts'],
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions'],
    ['DELETE', '/api/sessions/00000000-0000-4000-8000-000000000000'],
    ['POST', '/api/reauthenticate', { body: { password } }],
    ['POST', '/api/logout'],
    ['GET', '/'],
    ['GET', '/security'],
    ['GET', '/transfer'],
    ['POST', '/sign-out'],
  ]
  await postgres.stop()
  for (const strategy of ALL) {
    const headers = headersBy[strategy]
    assertResponse(await me(bank, headers), known[strategy])
    for (const [method, path, more = {}] of flows) {
      const response = await call(bank, method, path, { headers, ...more })
      assert.equal(response.status, 503, `${strategy}: ${method} ${path}`)
      assert.deepEqual(response.cookies, {}, `${strategy}: ${method} ${path}`)
    }
    // Retirement refuses a memory session without a request to another process.
    const page = await call(retirement, 'GET', '/', { headers })
    assert.equal(page.status, strategy === 'session' ? 303 : 503, `${strategy} at retirement`)
    assert.deepEqual(page.cookies, {})
  }
  await postgres.start()
  for (const strategy of ALL) {
    const headers = headersBy[strategy]
    await untilServed(() => call(bank, 'GET', '/api/accounts', { headers }))
    await untilServed(() => me(bank, headers))
    if (strategy !== 'session') await untilServed(() => call(retirement, 'GET', '/api/plan', { headers }))
  }
})

test('a token that expires during the outage is renewed by redirect afterwards', async () => {
  await untilBanksAreReady()
  const { token, refresh } = await register(briefBank)
  const cookies = { headers: { cookie: `signet_token=${token}; signet_refresh=${refresh}` } }
  await postgres.stop()
  const expiresAt = claimsOf(token).exp * 1000
  await until(Date.now, (now) => now >= expiresAt, { what: 'the expiry of the token' })
  const page = await call(briefBank, 'GET', '/security?a=1', cookies)
  assert.deepEqual([page.status, page.cookies], [303, {}])
  const { pathname, search } = new URL(page.headers.get('location') ?? '')
  const trip = () => call(briefBank, 'GET', pathname + search, cookies)
  const refused = await trip()
  assert.deepEqual([refused.status, refused.cookies], [503, {}])
  for (const path of ['/renewal', '/api/token/refresh']) {
    const response = await call(briefBank, path === '/renewal' ? 'GET' : 'POST', path, cookies)
    assert.deepEqual([response.status, response.cookies], [503, {}], path)
  }
  await postgres.start()
  const response = await until(trip, ({ status }) => status !== 503, { what: 'a response after the outage' })
  assert.equal(response.status, 303)
  const renewal = tokensIn(response).token.value
  assert.notEqual(renewal, '')
  assert.equal(claimsOf(renewal).sid, claimsOf(token).sid)
})
