import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  assertSignInCookies,
  claimsOf,
  cookieOf,
  cookiesOf,
  form,
  json,
  login,
  sharedBank,
  type TestBank,
  tokenOf,
} from '../support.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

const someone = { username: 'someone', name: 'Some One', password: 'quite-a-long-phrase-of-mine' }
const register = (body: object, headers: Record<string, string> = {}, { app } = bank) =>
  app.inject({
    method: 'POST',
    url: '/api/register',
    headers: { ...json, ...headers },
    payload: JSON.stringify(body),
  })

describe('a registration', () => {
  test('creates a signed-in customer with two accounts', async () => {
    const answer = await register({ ...someone, username: 'New.Customer_1-a' })
    assert.equal(answer.statusCode, 201)
    const { status, data } = answer.json()
    const claims = claimsOf(data)
    assert.deepEqual([status, claims.username, claims.name], ['ok', 'new.customer_1-a', 'Some One'])
    assertSignInCookies(answer, data)

    const accounts = (await bank.app.inject({ url: '/api/accounts', headers: cookieOf(data) })).json().data
    assert.deepEqual(
      accounts.map(({ id: _, number, ...account }: { id: string; number: string }) => {
        assert.match(number, /^\d{4}-\d{4}-\d{2}$/)
        return account
      }),
      [
        { name: 'Checking', currency: 'USD', balance: 500_000 },
        { name: 'Savings', currency: 'USD', balance: 0 },
      ],
    )
    const [checking, savings] = await Promise.all(
      accounts.map(async ({ id }: { id: string }) => {
        const answer = await bank.app.inject({ url: `/api/accounts/${id}/entries`, headers: cookieOf(data) })
        return answer.json().data
      }),
    )
    const [{ amount, balance, memo, transferId }] = checking.entries
    assert.deepEqual([amount, balance, memo, transferId], [500_000, 500_000, 'Opening balance', null])
    assert.deepEqual([checking.entries.length, checking.next, savings], [1, null, { entries: [], next: null }])
  })

  test('leaves no password behind, only a hash that argon2id made', async () => {
    const asInProduction = await sharedBank({ LOGIN_CONCURRENCY: '1' })
    await register({ ...someone, username: 'hashed' }, {}, asInProduction)
    const { passwordHash } = await bank.db.user.findUniqueOrThrow({ where: { username: 'hashed' } })
    assert.match(passwordHash ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.equal((await login(asInProduction.app, { username: 'HASHED', password: someone.password })).statusCode, 200)
  })

  const taken = [
    ['the same username', 'taken'],
    ['another letter case', 'TAKEN'],
    ['spaces around it', ' taken '],
    ["one of the demo's people", 'Ada'],
  ] as const
  for (const [why, username] of taken) {
    test(`409 username_taken: ${why}`, async () => {
      await register({ ...someone, username: 'taken' })
      const where = { user: { username: username.trim().toLowerCase() } }
      const before = await bank.db.account.count({ where })
      const answer = await register({ ...someone, username })
      assert.deepEqual([answer.statusCode, answer.json().code], [409, 'username_taken'])
      assert.deepEqual(cookiesOf(answer), [])
      assert.equal(await bank.db.account.count({ where }), before)
    })
  }

  test('of ten concurrent requests for one username, one succeeds', async () => {
    const names = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? 'contested' : 'CONTESTED'))
    const answers = await Promise.all(names.map((username) => register({ ...someone, username })))
    const codes = answers.map((answer) => answer.json().code ?? answer.statusCode)
    assert.deepEqual(codes.sort(), [201, ...Array.from({ length: 9 }, () => 'username_taken')])
    const rows = await bank.db.user.findMany({ where: { username: 'contested' }, include: { accounts: true } })
    assert.deepEqual([rows.length, rows[0]?.accounts.length], [1, 2])
  })

  const rows: ReadonlyArray<readonly [why: string, change: object]> = [
    ['a username of two letters', { username: 'ab' }],
    ['a username of 33 letters', { username: 'a'.repeat(33) }],
    ['a username with a space', { username: 'a b c' }],
    ['a username with an umlaut', { username: 'jürgen' }],
    ['a username with a letter that looks like a', { username: '\u0430da' }],
    ['a username with a Kelvin sign, whose small letter is k', { username: '\u212Aarl' }],
    ['a username with a NUL byte', { username: 'abc\u0000' }],
    ['no username', { username: undefined }],
    ['an empty name', { name: '' }],
    ['a name of spaces', { name: '   ' }],
    ['a name that shows nothing: U+200B', { name: '\u200b' }],
    ['a name that shows nothing: U+3164', { name: '\u3164\u3164' }],
    ['a name that shows nothing: U+2800 and U+115F', { name: '\u2800 \u115f' }],
    ['a name of combining marks alone', { name: '\u0301\u20dd' }],
    ['a name that ends in U+202E', { name: 'Some One\u202e' }],
    ['a name with an isolate', { name: '\u2067Some\u2069 One' }],
    ['a name with a mark of direction', { name: 'Some\u200fOne' }],
    ['a name with a line separator', { name: 'Some\u2028One' }],
    ['a name with a control character of the second set', { name: 'Some\u0085One' }],
    ['a name of 65 letters', { name: 'x'.repeat(65) }],
    ['a name with a line end', { name: 'Some\nOne' }],
    ['a name that is no text', { name: { first: 'Some' } }],
    ['a password of 14 characters', { password: 'fourteen-chars' }],
    ['a password of 14 characters that take two code units each', { password: '\u{1F511}'.repeat(14) }],
    ['a password of 129 characters', { password: 'correct horse battery staple '.repeat(5).slice(0, 129) }],
    ['a common password', { password: 'passwordpassword' }],
    ['a keyboard run', { password: 'qwertyuiopasdfgh' }],
    ['one character again and again', { password: 'aaaaaaaaaaaaaaaaaaaa' }],
    ['the username as password', { username: 'averylongusername', password: 'averylongusername' }],
    ['a password with a NUL byte', { password: `${someone.password}\u0000` }],
    ['a member that nobody asked for', { id: 'ada0ada0-1815-4210-8a5e-00000000ada0' }],
  ]
  for (const [why, change] of rows) {
    test(`400 invalid_request: ${why}`, async () => {
      const asked = { ...someone, username: 'refused', ...change }
      const answer = await register(asked)
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'])
      assert.match(answer.json().error, /\.$/)
      assert.doesNotMatch(answer.body, new RegExp(someone.password))
      const username = String(asked.username).replaceAll('\u0000', '')
      assert.equal(await bank.db.user.count({ where: { username: { in: ['refused', username] } } }), 0)
    })
  }

  for (const [field, change] of [
    ['name', { name: 'Some\tOne' }],
    ['name', { name: 'x'.repeat(300) }],
    ['username', { username: 'some\tone' }],
    ['username', { username: 'x'.repeat(300) }],
    ['password', { password: `${someone.password}\t` }],
    ['password', { password: 'x'.repeat(1_100) }],
  ] as const) {
    test(`the page shows an error beside the field and keeps the typed text: ${JSON.stringify(change).slice(0, 40)}`, async () => {
      const typed = { ...someone, ...change }
      const payload = new URLSearchParams(typed).toString()
      const answer = await bank.app.inject({ method: 'POST', url: '/register', headers: form, payload })
      assert.equal(answer.statusCode, 400)
      assert.match(answer.body, new RegExp(`id="${field}-error">[A-Z]`))
      assert.ok(answer.body.includes(`value="${typed.name}"`) && answer.body.includes(`value="${typed.username}"`))
      assert.ok(!answer.body.includes(typed.password))
    })
  }

  test('15 and 128 characters of password are taken, and 3 and 32 of username', async () => {
    for (const change of [
      { username: 'abc', password: 'violet-otter-92' },
      { username: 'z'.repeat(32), password: 'correct horse battery staple '.repeat(5).slice(0, 128) },
    ]) {
      const { statusCode } = await register({ ...someone, ...change })
      assert.equal(statusCode, 201)
      assert.equal((await login(bank.app, { username: change.username, password: change.password })).statusCode, 200)
    }
  })

  test('by a signed-in user revokes the earlier session', async () => {
    const earlier = await tokenOf(bank.app)
    const rows = [
      ['api-successor', (body: object) => register(body, cookieOf(earlier)), 201],
      [
        'page-successor',
        (body: object) =>
          bank.app.inject({
            method: 'POST',
            url: '/register',
            headers: { ...form, ...cookieOf(token) },
            payload: new URLSearchParams({ ...body }).toString(),
          }),
        303,
      ],
    ] as const
    let token = earlier
    for (const [username, send, status] of rows) {
      const answer = await send({ ...someone, username })
      assert.equal(answer.statusCode, status)
      const { endedAt } = await bank.db.session.findUniqueOrThrow({ where: { id: String(claimsOf(token).sid) } })
      assert.notEqual(endedAt, null, username)
      token = /^signet_token=([^;]+)/.exec(cookiesOf(answer)[0] ?? '')?.[1] ?? ''
      assert.equal(claimsOf(token).username, username)
    }
  })

  test('a cross-site registration is refused', async () => {
    const answer = await register({ ...someone, username: 'crossed' }, { 'sec-fetch-site': 'same-site' })
    assert.deepEqual([answer.statusCode, answer.json().code], [403, 'cross_site_request'])
    assert.equal(await bank.db.user.count({ where: { username: 'crossed' } }), 0)
  })
})

describe('the longest names that are taken', () => {
  const names = [
    ['of letters', 'W'.repeat(64)],
    ['of letters with accents', 'é'.repeat(48)],
    ['of characters that take four bytes each', '\u{2070E}'.repeat(24)],
    ['of quotes, which JSON escapes', '"'.repeat(48)],
  ] as const
  for (const [index, [why, name]] of names.entries()) {
    test(`give a cookie under 1 KB that is accepted: ${why}`, async () => {
      const answer = await register({ ...someone, username: `longest-${index}`.padEnd(32, 'x'), name })
      assert.equal(answer.statusCode, 201)
      const token = answer.json().data
      const me = await bank.app.inject({ url: '/api/me', headers: cookieOf(token) })
      assert.deepEqual([me.statusCode, me.json().data?.name], [200, name])
      const bytes = Buffer.byteLength(`signet_token=${token}`)
      assert.ok(bytes < 1_024, `${bytes} bytes`)
    })
  }
})
