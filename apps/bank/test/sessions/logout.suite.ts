import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newCustomer } from '../customer.js'
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
  signedOutBy,
  type TestBank,
  tampered,
  tokenOf,
  withClaims,
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
  const rows: ReadonlyArray<readonly [what: string, headers: (token: string) => Record<string, string>]> = [
    ['the cookie', cookieOf],
    ['the header', (token) => ({ authorization: `Bearer ${token}` })],
    ['the same in both', (token) => ({ authorization: `Bearer ${token}`, ...cookieOf(token) })],
    ['an empty form', (token) => ({ ...cookieOf(token), ...form, 'content-length': '0' })],
    ['an expired token', (token) => cookieOf(expired(token))],
    ['two cookies of the name', (token) => ({ cookie: `signet_token=${token}; signet_token=${token}` })],
    ['a planted cookie after it', (token) => ({ cookie: `signet_token=${token}; signet_token=planted` })],
    ['a planted cookie before it', (token) => ({ cookie: `signet_token=${tampered(token)}; signet_token=${token}` })],
    ['an empty body that calls itself JSON', (token) => ({ ...cookieOf(token), 'content-type': 'application/json' })],
  ]
  for (const [what, headers] of rows) {
    test(`with ${what}: 200, the cookie goes, and the session has ended`, async () => {
      const token = await tokenOf(bank.app)
      const answer = await logout(headers(token))
      assert.deepEqual([answer.statusCode, answer.json()], [200, { status: 'ok', data: null }])
      assert.ok(cookiesOf(answer).includes(CLEARED), cookiesOf(answer).join('\n'))
      assert.notEqual(await endedAt(token), null)
    })
  }

  test('with no credential: 200', async () => {
    assert.equal((await logout()).statusCode, 200)
  })

  const twin = (token: string) => withClaims(token, { sid: 'no-session-of-ours' })
  const untraced: typeof rows = [
    ['a changed token', (token) => cookieOf(tampered(token))],
    ['an expired token that was changed', (token) => cookieOf(tampered(expired(token)))],
    ['a changed token in the header', (token) => ({ authorization: `Bearer ${tampered(token)}` })],
    ['an empty header', () => ({ authorization: 'Bearer ' })],
    ['a session id that is none', (token) => cookieOf(twin(token))],
    ['nonsense', () => cookieOf('nonsense')],
    ['an empty cookie', () => cookieOf('')],
    ['a refresh token that is none', () => ({ cookie: 'signet_refresh=nonsense' })],
    ['a memory session that this process does not know', () => ({ cookie: `signet_session=${'x'.repeat(43)}` })],
    ['a shared session that the store does not know', () => ({ cookie: `signet_shared_session=${'x'.repeat(43)}` })],
  ]
  for (const [what, headers] of untraced) {
    test(`with ${what}: 409, a sentence, and the cookies stay`, async () => {
      const token = await tokenOf(bank.app)
      const answer = await logout(headers(token))
      assert.deepEqual([answer.statusCode, answer.json().code], [409, 'session_unknown'])
      assert.match(answer.json().error, /may still be active/)
      assert.deepEqual([cookiesOf(answer), await endedAt(token)], [[], null])
      const page = await bank.app.inject({ method: 'POST', url: '/sign-out', headers: { ...form, ...headers(token) } })
      const takesHeader = 'authorization' in headers(token)
      assert.equal(page.statusCode, takesHeader ? 303 : 409)
      if (!takesHeader) assert.match(page.body, /may still be active/)
    })
  }

  test('with several cookies of the name, none of them good: 409', async () => {
    const answer = await logout({ cookie: 'signet_token=a; signet_token=b; signet_token=c' })
    assert.deepEqual([answer.statusCode, answer.json().code], [409, 'session_unknown'])
  })

  test('with a good token in the header and another session in the cookie: both have ended', async () => {
    const [one, other] = [await tokenOf(bank.app), await tokenOf(bank.app)]
    const answer = await logout({ authorization: `Bearer ${one}`, ...cookieOf(other) })
    assert.equal(answer.statusCode, 200)
    for (const token of [one, other]) assert.notEqual(await endedAt(token), null)
  })

  test('with a good token and one that cannot be traced: 409, and the good one has ended', async () => {
    for (const headersOf of [
      (token: string) => ({ authorization: `Bearer ${token}`, ...cookieOf('nonsense') }),
      (token: string) => ({ authorization: 'Bearer nonsense', ...cookieOf(token) }),
      (token: string) => ({ cookie: `signet_token=${token}; signet_session=${'x'.repeat(43)}` }),
    ]) {
      const token = await tokenOf(bank.app)
      const answer = await logout(headersOf(token))
      assert.deepEqual([answer.statusCode, cookiesOf(answer)], [409, []])
      assert.notEqual(await endedAt(token), null)
    }
  })

  test('again does not change the time of the end', async () => {
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
    const scopes = (cookies: readonly string[]) =>
      cookies.map((cookie) => {
        const [pair = '', ...attributes] = cookie.split('; ')
        return [pair.split('=', 1)[0], ...attributes.filter((part) => !part.startsWith('Max-Age'))]
      })
    const kept = cookiesOf(set).filter((cookie) => !cookie.startsWith('signet_seen='))
    assert.deepEqual(scopes(signedOutBy(await logout()).cleared), scopes(kept))
  })

  for (const headers of [{ origin: RETIREMENT }, { 'sec-fetch-site': 'same-site', origin: BANK }, { origin: 'null' }]) {
    test(`a cross-site sign-out is refused: ${JSON.stringify(headers)}`, async () => {
      const token = await tokenOf(bank.app)
      const answer = await logout({ ...cookieOf(token), ...headers })
      assert.deepEqual([answer.statusCode, answer.json().code], [403, 'cross_site_request'])
      assert.deepEqual([cookiesOf(answer), await endedAt(token)], [[], null])
    })
  }

  test('a GET signs no user out', async () => {
    const token = await tokenOf(bank.app)
    const answer = await bank.app.inject({ url: '/api/logout', headers: cookieOf(token) })
    assert.deepEqual([answer.statusCode, answer.headers.allow, await endedAt(token)], [405, 'POST', null])
  })
})

describe('the sign-out page', () => {
  test('asks first, then revokes the session and confirms it', async () => {
    const token = await tokenOf(bank.app)
    const asked = await bank.app.inject({ url: '/sign-out', headers: cookieOf(token) })
    assert.match(asked.body, /<form[^>]*method="post"[^>]*action="\/sign-out"[\s\S]*Sign out of every app/)
    assert.equal(await endedAt(token), null)
    const answer = await bank.app.inject({ method: 'POST', url: '/sign-out', headers: { ...form, ...cookieOf(token) } })
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/sign-in?signed_out=1'])
    assert.deepEqual(signedOutBy(answer), { cleared: ALL_CLEARED, evictsPages: true })
    assert.notEqual(await endedAt(token), null)
    const said = await bank.app.inject('/sign-in?signed_out=1')
    assert.match(said.body, /role="status"[\s\S]*You are signed out of every app\./)
  })

  test('an expired token still identifies the session to revoke', async () => {
    const token = await tokenOf(bank.app)
    const answer = await bank.app.inject({ method: 'POST', url: '/sign-out', headers: cookieOf(expired(token)) })
    assert.equal(answer.statusCode, 303)
    assert.notEqual(await endedAt(token), null)
  })

  test('with only a refresh token still asks, because its session is active', async () => {
    const { refresh, token } = await newCustomer(bank)
    const asked = await bank.app.inject({ url: '/sign-out', headers: { cookie: refresh } })
    assert.match(asked.body, /Sign out of every app/)
    const answer = await bank.app.inject({ method: 'POST', url: '/sign-out', headers: { ...form, cookie: refresh } })
    assert.equal(answer.statusCode, 303)
    assert.notEqual(await endedAt(token), null)
  })

  test('without a session redirects to the sign-in', async () => {
    const answer = await bank.app.inject('/sign-out')
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/sign-in?signed_out=1'])
  })
})
