import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  ALL_CLEARED,
  ada,
  BANK,
  CLEARED,
  claimsOf,
  cookieOf,
  cookiesOf,
  expired,
  form,
  RETIREMENT,
  sharedBank,
  type TestBank,
  tampered,
  tokenOf,
} from '../support.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

const logout = (headers: Record<string, string> = {}) =>
  bank.app.inject({ method: 'POST', url: '/api/logout', headers })
const endedAt = async (token: string) =>
  (await bank.db.session.findUniqueOrThrow({ where: { id: String(claimsOf(token).sid) } })).endedAt

describe('POST /api/logout', () => {
  const rows: ReadonlyArray<
    readonly [what: string, headers: (token: string) => Record<string, string>, ends: boolean]
  > = [
    ['the cookie', cookieOf, true],
    ['the header', (token) => ({ authorization: `Bearer ${token}` }), true],
    ['an empty form', (token) => ({ ...cookieOf(token), ...form, 'content-length': '0' }), true],
    ['an expired token', (token) => cookieOf(expired(token)), true],
    ['a changed token', (token) => cookieOf(tampered(token)), false],
    ['an expired token that was changed', (token) => cookieOf(tampered(expired(token))), false],
    ['the cookie twice', (token) => ({ cookie: `signet_token=${token}; signet_token=${token}` }), true],
    ['a planted cookie beside it', (token) => ({ cookie: `signet_token=x; signet_token=${token}` }), true],
    [
      'an expired token beside a planted one',
      (token) => ({ cookie: `signet_token=${expired(token)}; signet_token=x` }),
      true,
    ],
    ['two cookies of the name that are nonsense', () => ({ cookie: 'signet_token=x; signet_token=y' }), false],
    ['no token', () => ({}), false],
    ['nonsense', () => cookieOf('nonsense'), false],
    [
      'an empty body that calls itself JSON',
      (token) => ({ ...cookieOf(token), 'content-type': 'application/json' }),
      true,
    ],
  ]
  for (const [what, headers, ends] of rows) {
    test(`with ${what}: 200, the cookie goes, and the sign-in ${ends ? 'has ended' : 'goes on'}`, async () => {
      const token = await tokenOf(bank.app)
      const answer = await logout(headers(token))
      assert.deepEqual([answer.statusCode, answer.json()], [200, { status: 'ok', data: null }])
      assert.ok(cookiesOf(answer).includes(CLEARED), cookiesOf(answer).join('\n'))
      assert.equal((await endedAt(token)) !== null, ends)
    })
  }

  test('with tokens of two sessions: both have ended', async () => {
    const [one, other] = [await tokenOf(bank.app), await tokenOf(bank.app)]
    assert.equal((await logout({ cookie: `signet_token=${one}; signet_token=${other}` })).statusCode, 200)
    assert.notEqual(await endedAt(one), null)
    assert.notEqual(await endedAt(other), null)
  })

  test('again changes nothing: the first end is the end', async () => {
    const token = await tokenOf(bank.app)
    const earliest = Date.now() - 1
    await logout(cookieOf(token))
    const first = await endedAt(token)
    assert.ok(first && first.getTime() >= earliest && first.getTime() <= Date.now())
    assert.equal((await logout(cookieOf(token))).statusCode, 200)
    assert.deepEqual(await endedAt(token), first)
  })

  test('ends this sign-in and no other of the same person', async () => {
    const [one, other] = [await tokenOf(bank.app), await tokenOf(bank.app)]
    await logout(cookieOf(one))
    assert.notEqual(await endedAt(one), null)
    assert.equal(await endedAt(other), null)
  })

  test('the cookie is cleared with the very attributes of setting', async () => {
    const set = await bank.app.inject({
      method: 'POST',
      url: '/api/login',
      payload: { username: ada.username, password: ada.password },
    })
    const scopes = (answer: Parameters<typeof cookiesOf>[0]) =>
      cookiesOf(answer).map((cookie) => {
        const [pair = '', ...attributes] = cookie.split('; ')
        return [pair.split('=', 1)[0], ...attributes.filter((part) => !part.startsWith('Max-Age'))]
      })
    assert.deepEqual(scopes(await logout()), scopes(set))
  })

  for (const headers of [{ origin: RETIREMENT }, { 'sec-fetch-site': 'same-site', origin: BANK }, { origin: 'null' }]) {
    test(`another site signs nobody out: ${JSON.stringify(headers)}`, async () => {
      const token = await tokenOf(bank.app)
      const answer = await logout({ ...cookieOf(token), ...headers })
      assert.deepEqual([answer.statusCode, answer.json().code], [403, 'cross_site_request'])
      assert.deepEqual([cookiesOf(answer), await endedAt(token)], [[], null])
    })
  }

  test('nobody is signed out by a GET', async () => {
    const token = await tokenOf(bank.app)
    const answer = await bank.app.inject({ url: '/api/logout', headers: cookieOf(token) })
    assert.deepEqual([answer.statusCode, answer.headers.allow, await endedAt(token)], [405, 'POST', null])
  })
})

describe('the sign-out page', () => {
  test('asks first, then ends the sign-in and says so', async () => {
    const token = await tokenOf(bank.app)
    const asked = await bank.app.inject({ url: '/sign-out', headers: cookieOf(token) })
    assert.match(asked.body, /<form[^>]*method="post"[^>]*action="\/sign-out"[\s\S]*Sign out of both/)
    assert.equal(await endedAt(token), null)
    const answer = await bank.app.inject({ method: 'POST', url: '/sign-out', headers: { ...form, ...cookieOf(token) } })
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/sign-in?signed_out=1'])
    assert.deepEqual(cookiesOf(answer), ALL_CLEARED)
    assert.notEqual(await endedAt(token), null)
    const said = await bank.app.inject('/sign-in?signed_out=1')
    assert.match(said.body, /role="status"[\s\S]*You are signed out of both apps\./)
  })

  test('an expired token still says whose sign-in ends', async () => {
    const token = await tokenOf(bank.app)
    const answer = await bank.app.inject({ method: 'POST', url: '/sign-out', headers: cookieOf(expired(token)) })
    assert.equal(answer.statusCode, 303)
    assert.notEqual(await endedAt(token), null)
  })

  test('with nobody signed in leads to the sign-in', async () => {
    const answer = await bank.app.inject('/sign-out')
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/sign-in?signed_out=1'])
  })
})
