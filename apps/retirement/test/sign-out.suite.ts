// What a sign-out at retirement does here and at the bank.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { system } from './shared-system.js'
import { ALL_CLEARED, BANK, cookieOf, cookiesOf, RETIREMENT } from './support.js'

const get = (url: string, headers: Record<string, string>) => system.app.inject({ url, headers })
const post = (url: string, headers: Record<string, string>) => system.app.inject({ method: 'POST', url, headers })

describe('a sign-out', () => {
  test('here tells the bank, clears the cookie and says so at the bank', async () => {
    const token = await system.bank.register('leaver')
    assert.equal(await system.bank.endedAt(token), null)
    const answer = await post('/sign-out', cookieOf(token))
    const location = new URL(String(answer.headers.location))
    assert.deepEqual([answer.statusCode, location.origin + location.pathname], [303, `${BANK}/sign-in`])
    assert.deepEqual(Object.fromEntries(location.searchParams), { signed_out: '1', return_to: `${RETIREMENT}/` })
    assert.deepEqual(cookiesOf(answer), ALL_CLEARED)
    assert.ok((await system.bank.endedAt(token)) instanceof Date)
  })

  test('by the API does the same, by cookie or by header', async () => {
    for (const [username, headersOf] of [
      ['leaver-2', cookieOf],
      ['leaver-3', (token: string) => ({ authorization: `Bearer ${token}` })],
    ] as const) {
      const token = await system.bank.register(username)
      const answer = await post('/api/logout', headersOf(token))
      assert.deepEqual([answer.statusCode, cookiesOf(answer)], [200, ALL_CLEARED])
      assert.ok((await system.bank.endedAt(token)) instanceof Date)
    }
  })

  test('is known here at once, without waiting for the next status list', async () => {
    for (const [username, path] of [
      ['leaver-4', '/api/logout'],
      ['leaver-5', '/sign-out'],
    ] as const) {
      const token = await system.bank.register(username)
      assert.equal((await get('/api/me', cookieOf(token))).statusCode, 200)
      assert.ok((await post(path, cookieOf(token))).statusCode < 400)
      const response = await get('/api/me', cookieOf(token))
      assert.deepEqual([response.statusCode, response.json().code], [401, 'token_revoked'])
    }
  })

  for (const headers of [{ origin: BANK }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'cross-site' }]) {
    test(`that another site asks for is refused, and the bank is told nothing: ${JSON.stringify(headers)}`, async () => {
      const token = await system.bank.register(`kept-${Object.values(headers)[0]?.length}`)
      const answer = await post('/api/logout', { ...cookieOf(token), ...headers })
      assert.deepEqual([answer.statusCode, answer.json().code], [403, 'cross_site_request'])
      assert.deepEqual([cookiesOf(answer), await system.bank.endedAt(token)], [[], null])
    })
  }

  test('with the bank down is 503 and leaves the cookie, so that it can be tried again', async () => {
    const token = await system.bank.register('stranded')
    assert.equal((await get('/api/plan', cookieOf(token))).statusCode, 200)
    await system.bank.stop()
    try {
      const api = await post('/api/logout', cookieOf(token))
      assert.deepEqual([api.statusCode, api.json().code, cookiesOf(api)], [503, 'unavailable', []])
      assert.match(String(api.headers['retry-after']), /^\d+$/)
      const page = await post('/sign-out', cookieOf(token))
      assert.deepEqual([page.statusCode, cookiesOf(page)], [503, []])
      assert.match(page.body, /you are still signed in everywhere/)
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
