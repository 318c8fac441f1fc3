// INSURANCE_URL adds a third app: one login, three apps, one sign-out. The app itself is the example in Python.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { freePort, until } from '@signet/testing'
import { needsPython, startInsurance } from './insurance-app.js'
import { assertResponse, type CallOptions, call, claimsOf, me, register, signOut } from './requests.js'
import type { Target } from './services.js'
import { openWorld } from './world.js'

type Me = { readonly id: string; readonly username: string; readonly service: string }
type Insurance = Target & { stop(): Promise<void> }

const world = await openWorld()
after(() => world.close())

const INSURANCE_URL = `http://insurance.signet.localhost:${await freePort()}`
const { BANK_URL, RETIREMENT_URL } = world.common
const env = { INSURANCE_URL, DEMO: '0' }
const [bank, retirement] = await Promise.all([
  world.startHere('bank', { port: world.ports.bank, env }),
  world.startHere('retirement', { env }),
])

describe('with INSURANCE_URL', () => {
  test('a token is for three apps, and without it for two', async () => {
    const { token } = await register(bank)
    assert.deepEqual(claimsOf(token).aud, [BANK_URL, RETIREMENT_URL, INSURANCE_URL])
    for (const service of [bank, retirement]) assertResponse(await me(service, token), 200)
    const without = await world.startHere('bank')
    assert.deepEqual(claimsOf((await register(without)).token).aud, [BANK_URL, RETIREMENT_URL])
  })

  test('both apps link to Insurance, and without it to none', async () => {
    const { token } = await register(bank)
    const link = `<a href="${INSURANCE_URL}/">Insurance</a>`
    for (const service of [bank, retirement]) {
      const { text, headers } = assertResponse(await call(service, 'GET', '/', { token }), 200)
      assert.ok(text.includes(link), service.name)
      assert.match(String(headers.get('content-security-policy')), new RegExp(`form-action [^;]*${INSURANCE_URL}`))
    }
    const without = await world.startHere('bank')
    assert.doesNotMatch(assertResponse(await call(without, 'GET', '/', { token }), 200).text, /Insurance/)
  })

  test('a sign-in may return there, and to no other host', async () => {
    const { token } = await register(bank)
    for (const [returnTo, location] of [
      [`${INSURANCE_URL}/`, `${INSURANCE_URL}/`],
      [`${INSURANCE_URL}.evil.example/`, `${BANK_URL}/`],
    ] as const) {
      const path = `/sign-in?return_to=${encodeURIComponent(returnTo)}`
      const { headers } = assertResponse(await call(bank, 'GET', path, { token }), 303)
      assert.equal(headers.get('location'), location)
    }
  })
})

describe('Signet Insurance', needsPython, () => {
  let insurance: Insurance
  before(async () => {
    const { JWT_SECRET } = world.shared
    const urls = { INSURANCE_URL, BANK_URL, RETIREMENT_URL, BANK_INTERNAL_URL: bank.url }
    insurance = { ...(await startInsurance({ ...urls, JWT_SECRET })), host: new URL(INSURANCE_URL).host }
  })
  after(() => insurance?.stop())

  const page = (options: CallOptions) => call(insurance, 'GET', '/', options)
  const leave = (options: CallOptions) => call(insurance, 'POST', '/sign-out', options)
  const refused = (token: string) =>
    until(
      () => me(insurance, token),
      ({ status }) => status !== 200,
      { what: 'the refusal at insurance' },
    )

  test('greets the user by name, and links to the other apps', async () => {
    const { token, username } = await register(bank)
    const { text, headers } = assertResponse(await page({ token }), 200)
    assert.match(text, /<h1>Hello, <bdi>Person \d+<\/bdi><\/h1>/)
    for (const url of [BANK_URL, RETIREMENT_URL]) assert.ok(text.includes(`href="${url}/"`), url)
    assert.match(
      String(headers.get('content-security-policy')),
      /^default-src 'none'; style-src 'self'; form-action 'self'/,
    )
    assert.equal(headers.get('cache-control'), 'no-store')
    const { id, service } = assertResponse(await call<Me>(insurance, 'GET', '/api/me', { token }), 200).body.data
    assert.deepEqual([id, service], [claimsOf(token).sub, 'insurance'])
    assert.equal(
      assertResponse(await call<Me>(insurance, 'GET', '/api/me', { bearer: token }), 200).body.data.username,
      username,
    )
  })

  test('sends a user without a valid token through the bank, with the reason and the way back', async () => {
    const { token } = await register(bank)
    const cases: readonly (readonly [headers: Readonly<Record<string, string>>, reason: string | null])[] = [
      [{}, null],
      [{ cookie: `signet_token=${token.slice(0, -4)}AAAA` }, 'token_signature_invalid'],
      [{ cookie: 'signet_shared_session=x' }, 'session_unknown'],
      [{ authorization: `Bearer ${token}` }, null],
    ]
    for (const [headers, reason] of cases) {
      const response = assertResponse(await page({ headers }), 303)
      const location = new URL(String(response.headers.get('location')))
      assert.equal(`${location.origin}${location.pathname}`, `${BANK_URL}/sign-in`)
      assert.deepEqual(
        [location.searchParams.get('return_to'), location.searchParams.get('reason')],
        [`${INSURANCE_URL}/`, reason],
      )
    }
  })

  test('hears of a sign-out at the bank and at retirement', async () => {
    for (const service of [bank, retirement]) {
      const { token } = await register(bank)
      assertResponse(await me(insurance, token), 200)
      assertResponse(await signOut(service, { token }), 200)
      assertResponse(await refused(token), 401, 'token_revoked')
    }
  })

  test('signs out of every app, clears the cookies, and says so at the bank', async () => {
    const { token } = await register(bank)
    const { headers, cookies } = assertResponse(await leave({ token }), 303)
    const location = new URL(String(headers.get('location')))
    assert.deepEqual([location.pathname, location.searchParams.get('signed_out')], ['/sign-in', '1'])
    assert.deepEqual([cookies.signet_token?.value, cookies.signet_token?.maxAge], ['', 0])
    assert.ok(cookies.signet_seen?.value, 'open pages of the other apps notice')
    assertResponse(await refused(token), 401, 'token_revoked')
    assertResponse(await me(bank, token), 401, 'token_revoked')
  })

  test('leaves the sign-out to the bank when there is no session to find', async () => {
    for (const options of [{}, { token: 'nonsense' }, { headers: { cookie: 'signet_shared_session=unknown' } }]) {
      const { headers, cookies } = assertResponse(await leave(options), 303)
      assert.deepEqual([headers.get('location'), cookies], [`${BANK_URL}/sign-out`, {}])
    }
  })

  test('does not sign out for another site, nor claim it while the bank is down', async () => {
    const { token } = await register(bank)
    for (const headers of [{ 'sec-fetch-site': 'same-site' }, { origin: BANK_URL }])
      assertResponse(await leave({ token, headers }), 403)
    assertResponse(await me(bank, token), 200)
    const closed = `http://127.0.0.1:${await freePort()}`
    const urls = { INSURANCE_URL, BANK_URL, BANK_INTERNAL_URL: closed }
    const alone = await startInsurance({ ...urls, JWT_SECRET: world.shared.JWT_SECRET })
    const response = assertResponse(await call(alone, 'POST', '/sign-out', { token }), 503)
    assert.match(response.text, /role="alert">The bank did not confirm your sign-out\./)
    assert.deepEqual(response.cookies, {})
    assertResponse(await call(alone, 'GET', '/', { token }), 503)
    assertResponse(await me(alone, token), 503, 'unavailable')
    await alone.stop()
  })
})
