import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newCustomer } from '../customer.js'
import {
  ada,
  assertSignInCookies,
  BANK,
  bankWithoutDemo,
  buildTestBank,
  claimsOf,
  cookieOf,
  cookiesOf,
  headerOf,
  json,
  login,
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

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const right = { username: ada.username, password: ada.password }

describe('a sign-in with the right password', () => {
  test('answers the token, and sets the very same as the cookie that both apps receive', async () => {
    const answer = await login(bank.app, right)
    const body = answer.json()
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, JSON.stringify({ status: 'ok', data: body.data }))
    assertSignInCookies(answer, body.data)
    assert.equal(answer.headers['cache-control'], 'no-store')
  })

  test('on https the cookie is Secure and carries the prefix that keeps http from setting it', async () => {
    const urls = { BANK_URL: 'https://bank.example.com', RETIREMENT_URL: 'https://retirement.example.com' }
    const { app } = await buildTestBank(bank.databaseUrl, { ...urls, TRUST_PROXY: 'none', DEMO: 'public' })
    const answer = await login(app, right)
    const [cookie, refresh] = cookiesOf(answer)
    assert.match(String(refresh), /^__Host-signet_refresh=\S+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    assert.equal(
      cookie,
      `__Secure-signet_token=${answer.json().data}; Max-Age=43200; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Lax`,
    )
    await app.close()
  })

  test('the token contains exactly the claims of the contract', async () => {
    const before = Math.floor(Date.now() / 1000)
    const token = await tokenOf(bank.app)
    const now = Math.floor(Date.now() / 1000)
    assert.deepEqual(headerOf(token), { alg: 'HS256', typ: 'at+jwt', kid: 'k1' })
    const { sid, jti, iat, exp, auth_time, ...claims } = claimsOf(token)
    const { status_list: list, ...statuses } = claims.status as { status_list: { idx: number; uri: string } }
    assert.deepEqual([statuses, list.uri], [{}, `${BANK}/status-lists/0`])
    assert.ok(Number.isInteger(list.idx) && list.idx >= 0 && list.idx < 131_072)
    const { status: _, ...named } = claims
    assert.deepEqual(named, {
      iss: BANK,
      client_id: 'bank',
      aud: [BANK, RETIREMENT],
      sub: ada.id,
      id: ada.id,
      username: 'ada',
      name: 'Ada Lovelace',
      amr: ['pwd'],
    })
    assert.ok(typeof iat === 'number' && iat >= before && iat <= now)
    assert.equal(exp, iat + 300)
    // The password first, then the token: the clock may strike between them.
    assert.ok(typeof auth_time === 'number' && auth_time >= before && auth_time <= iat)
    assert.match(String(sid), UUID)
    assert.match(String(jti), /^[A-Za-z0-9_-]{22}$/)
    assert.notEqual(claimsOf(await tokenOf(bank.app)).sid, sid, 'each sign-in is one of its own')
  })

  test('stores a row with time, expiry and device', async () => {
    const agent = `test ${'x'.repeat(300)}`
    const answer = await login(bank.app, right, { 'user-agent': agent })
    const { sid, auth_time: authTime } = claimsOf(answer.json().data)
    const row = await bank.db.session.findUniqueOrThrow({ where: { id: String(sid) } })
    const { userId, strategy, endedAt, userAgent, address } = row
    assert.deepEqual(
      { userId, strategy, endedAt, userAgent, address },
      { userId: ada.id, strategy: 'jwt', endedAt: null, userAgent: agent.slice(0, 200), address: '127.0.0.1' },
    )
    const from = Number(authTime) * 1000
    const times = [row.createdAt.getTime(), row.lastSeenAt.getTime(), row.expiresAt.getTime()]
    assert.deepEqual(times, [from, from, from + 43_200_000])
  })

  for (const username of ['ADA', 'aDa', ' ada ', 'Ada']) {
    test(`accepts ${JSON.stringify(username)} as ada`, async () => {
      const answer = await login(bank.app, { ...right, username })
      assert.equal(claimsOf(answer.json().data).username, 'ada')
    })
  }
})

describe('a failed login', () => {
  test('a wrong password and an unknown username get the same response byte by byte', async () => {
    const answers = await Promise.all(
      [
        { username: 'ada', password: 'wrong' },
        { username: 'nobody', password: 'wrong' },
        { username: 'nobody', password: ada.password },
        { username: '', password: '' },
        { username: 'not a username', password: ada.password },
      ].map((body) => login(bank.app, body, { 'x-request-id': 'the-same-id' })),
    )
    const seen = answers.map(
      ({ statusCode, rawPayload, headers: { date: _, 'server-timing': _took, ...headers } }) => ({
        statusCode,
        payload: rawPayload.toString('hex'),
        headers,
      }),
    )
    for (const answer of seen) assert.deepEqual(answer, seen[0])
    assert.equal(answers[0]?.statusCode, 401)
    assert.equal(
      answers[0]?.body,
      '{"status":"error","error":"Invalid username/password","code":"invalid_credentials"}',
    )
    assert.equal(answers[0]?.headers['www-authenticate'], 'Bearer')
    assert.equal(answers[0]?.headers['set-cookie'], undefined)
  })

  const rows: ReadonlyArray<readonly [why: string, body: unknown, status: number, code: string]> = [
    ['a NUL byte in the username', { ...right, username: 'ada\u0000' }, 400, 'invalid_request'],
    ['a NUL byte in the password', { ...right, password: `${ada.password}\u0000` }, 400, 'invalid_request'],
    ['a line end in the username', { ...right, username: 'ada\n' }, 400, 'invalid_request'],
    ['a megabyte of username', { ...right, username: 'a'.repeat(1_048_576) }, 413, 'body_too_large'],
    ['a kilobyte of username', { ...right, username: 'a'.repeat(1_024) }, 400, 'invalid_request'],
    ['no password', { username: 'ada' }, 400, 'invalid_request'],
    ['a password that is no text', { ...right, password: 1 }, 400, 'invalid_request'],
    ['a username that is a list', { ...right, username: ['ada'] }, 400, 'invalid_request'],
    ['a member that nobody asked for', { ...right, admin: true }, 400, 'invalid_request'],
    ['a strategy that does not exist', { ...right, strategy: 'magic' }, 400, 'invalid_request'],
    [
      'a query of a database that is not used here',
      { username: { $ne: '' }, password: { $ne: '' } },
      400,
      'invalid_request',
    ],
    ['SQL', { username: "ada' --", password: 'x' }, 401, 'invalid_credentials'],
    ['a letter that looks like a', { ...right, username: '\u0430da' }, 401, 'invalid_credentials'],
    ['half of a surrogate pair', { ...right, password: '\ud800' }, 400, 'invalid_request'],
    [
      'another letter case of the password',
      { ...right, password: ada.password.toUpperCase() },
      401,
      'invalid_credentials',
    ],
    ['a space behind the password', { ...right, password: `${ada.password} ` }, 401, 'invalid_credentials'],
  ]
  for (const [why, body, status, code] of rows) {
    test(`${status} ${code}: ${why}`, async () => {
      const where = { user: { username: ada.username } }
      const sessions = await bank.db.session.count({ where })
      const answer = await login(bank.app, body as object)
      assert.deepEqual([answer.statusCode, answer.json().code], [status, code])
      assert.deepEqual(cookiesOf(answer), [])
      assert.equal(await bank.db.session.count({ where }), sessions)
    })
  }

  test('logins beyond the queue get 503 with Retry-After at once', async () => {
    const { app } = await sharedBank({ LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '4' })
    // Without a username, so that only hashing takes time.
    const answers = await Promise.all(Array.from({ length: 12 }, () => login(app, { username: '', password: 'x' })))
    const statuses = answers.map(({ statusCode }) => statusCode)
    assert.equal(statuses.filter((status) => status === 401).length, 5, 'one at work and four that wait')
    for (const answer of answers.filter(({ statusCode }) => statusCode !== 401)) {
      assert.deepEqual([answer.statusCode, answer.json().code], [503, 'unavailable'])
      assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    }
  })
})

describe('GET /api/me', () => {
  test('returns the user by cookie or header, as the contract says', async () => {
    const token = await tokenOf(bank.app)
    const claims = claimsOf(token)
    for (const headers of [cookieOf(token), { authorization: `Bearer ${token}` }]) {
      const { instance, ...data } = (await bank.app.inject({ url: '/api/me', headers })).json().data
      assert.deepEqual(data, {
        id: ada.id,
        username: 'ada',
        name: 'Ada Lovelace',
        strategy: 'jwt',
        sid: claims.sid,
        expiresAt: new Date(Number(claims.exp) * 1000).toISOString(),
        service: 'bank',
      })
      assert.match(instance, /^bank-.+-\d+$/)
    }
  })

  test('a changed token is refused with a challenge', async () => {
    const headers = cookieOf(tampered(await tokenOf(bank.app)))
    const answer = await bank.app.inject({ url: '/api/me', headers })
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_signature_invalid'])
    assert.match(String(answer.headers['www-authenticate']), /^Bearer error="invalid_token"/)
  })

  test('a stale cookie does not prevent a login', async () => {
    const answer = await login(bank.app, right, { cookie: 'signet_token=nonsense; signet_token=more' })
    assert.equal(answer.statusCode, 200)
  })

  test('a way to be remembered that is not offered ends no sign-in and costs no hash', async () => {
    const off = await bankWithoutDemo()
    const { app, db } = off
    const { token, username, password: rightPassword } = await newCustomer(off)
    for (const password of [rightPassword, 'wrong']) {
      const answer = await login(app, { username, password, strategy: 'session' }, cookieOf(token))
      assert.deepEqual([answer.statusCode, answer.json().code, cookiesOf(answer)], [400, 'invalid_request', []])
    }
    const { endedAt } = await db.session.findUniqueOrThrow({ where: { id: String(claimsOf(token).sid) } })
    assert.equal(endedAt, null)
  })

  test('a cross-site login is refused', async () => {
    const answer = await login(bank.app, right, { origin: RETIREMENT, ...json })
    assert.deepEqual([answer.statusCode, answer.json().code, cookiesOf(answer)], [403, 'cross_site_request', []])
  })
})
