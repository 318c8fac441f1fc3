// Sign-outs at retirement and their effect on both services.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { system } from './shared-system.js'
import { ALL_CLEARED, BANK, cookieOf, cookiesOf, RETIREMENT, signedOutBy } from './support.js'

const get = (url: string, headers: Record<string, string>) => system.app.inject({ url, headers })
const post = (url: string, headers: Record<string, string>) => system.app.inject({ method: 'POST', url, headers })

describe('a sign-out', () => {
  test('notifies the bank, clears the cookie and ends at the bank’s sign-in page', async () => {
    const token = await system.bank.register('leaver')
    assert.equal(await system.bank.endedAt(token), null)
    const answer = await post('/sign-out', cookieOf(token))
    const location = new URL(String(answer.headers.location))
    assert.deepEqual([answer.statusCode, location.origin + location.pathname], [303, `${BANK}/sign-in`])
    assert.deepEqual(Object.fromEntries(location.searchParams), { signed_out: '1', return_to: `${RETIREMENT}/` })
    assert.deepEqual(signedOutBy(answer), { cleared: ALL_CLEARED, evictsPages: true })
    assert.ok((await system.bank.endedAt(token)) instanceof Date)
  })

  test('through the API does the same, by cookie or header', async () => {
    for (const [username, headersOf] of [
      ['leaver-2', cookieOf],
      ['leaver-3', (token: string) => ({ authorization: `Bearer ${token}` })],
    ] as const) {
      const token = await system.bank.register(username)
      const answer = await post('/api/logout', headersOf(token))
      assert.equal(answer.statusCode, 200)
      assert.deepEqual(signedOutBy(answer), { cleared: ALL_CLEARED, evictsPages: true })
      assert.ok((await system.bank.endedAt(token)) instanceof Date)
    }
  })

  const planted: ReadonlyArray<readonly [what: string, headers: (token: string) => Record<string, string>]> = [
    ['after it', (token) => ({ cookie: `signet_token=${token}; signet_token=planted` })],
    ['before it', (token) => ({ cookie: `signet_token=planted; signet_token=${token}` })],
  ]
  for (const [where, headers] of planted) {
    test(`with a planted cookie ${where} still revokes the session`, async () => {
      for (const url of ['/api/logout', '/sign-out']) {
        const token = await system.bank.register(`planted-${where.length}-${url.length}`)
        const answer = await post(url, headers(token))
        assert.equal(answer.statusCode, url === '/sign-out' ? 303 : 200)
        assert.ok((await system.bank.endedAt(token)) instanceof Date)
      }
    })
  }

  test('with a token in the header and another session in the cookie revokes both', async () => {
    const [one, other] = [await system.bank.register('two-creds-1'), await system.bank.register('two-creds-2')]
    const answer = await post('/api/logout', { authorization: `Bearer ${one}`, ...cookieOf(other) })
    assert.equal(answer.statusCode, 200)
    for (const token of [one, other]) assert.ok((await system.bank.endedAt(token)) instanceof Date)
  })

  const untraced: ReadonlyArray<Record<string, string>> = [
    { cookie: 'signet_token=nonsense' },
    { cookie: `signet_session=${'x'.repeat(43)}` },
    { cookie: `signet_shared_session=${'x'.repeat(43)}` },
    { authorization: 'Bearer nonsense' },
  ]
  for (const headers of untraced) {
    test(`with a credential of no known session responds 409: ${JSON.stringify(headers)}`, async () => {
      const answer = await post('/api/logout', headers)
      assert.deepEqual([answer.statusCode, answer.json().code, cookiesOf(answer)], [409, 'session_unknown', []])
      assert.match(answer.json().error, /may still be active/)
      // The page redirects to the bank, which can find the session by its refresh cookie.
      const page = await post('/sign-out', headers)
      assert.deepEqual([page.statusCode, page.headers.location, cookiesOf(page)], [303, `${BANK}/sign-out`, []])
    })
  }

  test('with several invalid cookies of one name responds 409', async () => {
    const answer = await post('/api/logout', { cookie: 'signet_token=a; signet_token=b' })
    assert.deepEqual([answer.statusCode, answer.json().code], [409, 'session_unknown'])
  })

  test('with the token of a revoked session responds 200', async () => {
    const token = await system.bank.register('leaves-twice')
    for (let time = 0; time < 2; time += 1) assert.equal((await post('/api/logout', cookieOf(token))).statusCode, 200)
  })

  test('takes effect here at once, before the next status list', async () => {
    const other = await system.bank.register('leaver-4')
    for (const [username, path, headersOf] of [
      ['leaver-5', '/api/logout', cookieOf],
      ['leaver-6', '/sign-out', cookieOf],
      ['leaver-7', '/api/logout', (token: string) => ({ authorization: `Bearer ${other}`, ...cookieOf(token) })],
    ] as const) {
      const token = await system.bank.register(username)
      assert.equal((await get('/api/me', cookieOf(token))).statusCode, 200)
      assert.ok((await post(path, headersOf(token))).statusCode < 400)
      const response = await get('/api/me', cookieOf(token))
      assert.deepEqual([response.statusCode, response.json().code], [401, 'token_revoked'])
    }
    assert.equal((await get('/api/me', cookieOf(other))).json().code, 'token_revoked')
  })

  for (const headers of [{ origin: BANK }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'cross-site' }]) {
    test(`from another site is refused, and the bank is not notified: ${JSON.stringify(headers)}`, async () => {
      const token = await system.bank.register(`kept-${Object.values(headers)[0]?.length}`)
      const answer = await post('/api/logout', { ...cookieOf(token), ...headers })
      assert.deepEqual([answer.statusCode, answer.json().code], [403, 'cross_site_request'])
      assert.deepEqual([cookiesOf(answer), await system.bank.endedAt(token)], [[], null])
    })
  }

  test('responds 503 while the bank is down and keeps the cookie, so that the user can try again', async () => {
    const token = await system.bank.register('stranded')
    assert.equal((await get('/api/plan', cookieOf(token))).statusCode, 200)
    await system.bank.stop()
    try {
      const api = await post('/api/logout', cookieOf(token))
      assert.deepEqual([api.statusCode, api.json().code, cookiesOf(api)], [503, 'unavailable', []])
      assert.match(String(api.headers['retry-after']), /^\d+$/)
      const page = await post('/sign-out', cookieOf(token))
      assert.deepEqual([page.statusCode, cookiesOf(page)], [503, []])
      assert.match(page.body, /so you may still be signed in/)
      assert.doesNotMatch(page.body + api.body, /ECONNREFUSED|127\.0\.0\.1/)
      assert.equal((await get('/api/plan', cookieOf(token))).statusCode, 200, 'the plan needs no bank')
    } finally {
      await system.bank.start()
    }
    assert.equal(await system.bank.endedAt(token), null)
    assert.equal((await post('/api/logout', cookieOf(token))).statusCode, 200)
    assert.ok((await system.bank.endedAt(token)) instanceof Date)
  })
})
