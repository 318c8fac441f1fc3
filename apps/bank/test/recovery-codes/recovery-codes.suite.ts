import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { replaceCodes } from '../../src/recovery-codes/store.js'
import { openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { formsOf } from '../forms-of.js'
import { authenticated, call, userIdOf } from '../sign-in-methods/methods.js'
import {
  ada,
  assertSignInCookies,
  bankWithoutDemo,
  claimsOf,
  cookiesOf,
  cookiesOfBrowser,
  form,
  json,
  RETIREMENT,
  sharedBank,
  type TestBank,
} from '../support.js'

let bank: TestBank
let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({ HOST: '127.0.0.1' })
})

const PATH = '/security/recovery-codes'
const codesOf = async (token: string): Promise<string[]> =>
  (await call(bank, token, 'POST', '/api/recovery-codes')).json().data.recoveryCodes
const unusedOf = async (token: string): Promise<number> =>
  (await call(bank, token, 'GET', '/api/recovery-codes')).json().data.unused
const use = (username: string, recoveryCode: string, { app }: Pick<TestBank, 'app'> = bank) =>
  app.inject({
    method: 'POST',
    url: '/api/login/recovery-code',
    headers: json,
    payload: JSON.stringify({ username, recoveryCode }),
  })

async function customerWithCodes() {
  const customer = await newCustomer(bank)
  return { ...customer, codes: await codesOf(customer.token) }
}

describe('POST /api/recovery-codes', () => {
  test('returns ten codes once, and stores only their hashes', async () => {
    const { token, codes } = await customerWithCodes()
    assert.equal(new Set(codes).size, 10)
    assert.deepEqual(await unusedOf(token), 10)
    const rows = await bank.db.recoveryCode.findMany({ where: { userId: userIdOf(token) } })
    assert.equal(rows.length, 10)
    const stored = JSON.stringify(rows)
    for (const code of codes) {
      assert.ok(!stored.includes(code))
      assert.ok(!stored.includes(code.replaceAll('-', '')))
    }
  })

  test('replaces all earlier codes', async () => {
    const { username, token, codes } = await customerWithCodes()
    const renewed = await codesOf(token)
    for (const code of codes) assert.equal((await use(username, code)).statusCode, 401)
    assert.equal((await use(username, renewed[0] ?? '')).statusCode, 200)
  })

  test('of two at once, only the codes of one exist', async () => {
    const { username, token } = await newCustomer(bank)
    const sets = await Promise.all([codesOf(token), codesOf(token)])
    assert.equal(await unusedOf(token), 10)
    const statuses = await Promise.all(sets.map(async ([code = '']) => (await use(username, code)).statusCode))
    assert.deepEqual(statuses.sort(), [200, 401])
  })

  test('needs an authentication of the last five minutes', async () => {
    const { token } = await newCustomer(bank)
    const response = await call(bank, authenticated(token, 301), 'POST', '/api/recovery-codes')
    assert.deepEqual([response.statusCode, response.json().code], [403, 'reauthentication_required'])
    assert.equal((await call(bank, authenticated(token, 295), 'POST', '/api/recovery-codes')).statusCode, 201)
  })
})

describe('POST /api/login/recovery-code', () => {
  test('signs in as a password does, and consumes the code', async () => {
    const { username, token, codes } = await customerWithCodes()
    const [code = ''] = codes
    const response = await use(username, code)
    assert.equal(response.statusCode, 200)
    const signedIn = String(response.json().data)
    assertSignInCookies(response, signedIn)
    const { sub, amr, auth_time, iat } = claimsOf(signedIn)
    assert.deepEqual([sub, amr], [userIdOf(token), ['otp']])
    assert.ok(Number(auth_time) >= Number(claimsOf(token).iat) && Number(auth_time) <= Number(iat))
    assert.equal(await unusedOf(token), 9)
    const again = await use(username, code)
    assert.deepEqual([again.statusCode, cookiesOf(again), await unusedOf(token)], [401, [], 9])
  })

  test('keeps how the user signed in when the session is renewed', async () => {
    const { username, codes } = await customerWithCodes()
    const browser = openBrowser(bank.app)
    await browser.send('POST', '/api/login/recovery-code', { username, recoveryCode: codes[0] })
    await browser.send('POST', '/api/token/refresh')
    assert.deepEqual(claimsOf(browser.jar.get('signet_token') ?? '').amr, ['otp'])
  })

  test('accepts a code in capitals, with spaces and without dashes', async () => {
    const { username, codes } = await customerWithCodes()
    const [one = '', two = '', three = ''] = codes
    for (const typed of [one.toUpperCase(), ` ${two.replaceAll('-', ' ')} `, three.replaceAll('-', '')])
      assert.equal((await use(username.toUpperCase(), typed)).statusCode, 200, typed)
  })

  test('gives one answer for a wrong, a used and another user’s code, and for an unknown username', async () => {
    const { username, codes } = await customerWithCodes()
    const other = await customerWithCodes()
    const [used = '', unused = ''] = codes
    await use(username, used)
    const responses = await Promise.all([
      use(username, '2222-2222-2222-2222'),
      use(username, used),
      use(username, other.codes[0] ?? ''),
      use('unknown-to-the-bank', unused),
      use('no such name', unused),
      use(username, ''),
    ])
    for (const { statusCode, body } of responses) {
      assert.equal(statusCode, 401)
      assert.equal(body, responses[0]?.body)
    }
    assert.equal(responses[0]?.json().code, 'invalid_credentials')
    assert.equal((await use(username, unused)).statusCode, 200)
  })

  test('of many logins with one code at once, at two replicas, one wins', async () => {
    const { username, token, codes } = await customerWithCodes()
    const before = await bank.db.session.count({ where: { user: { username } } })
    const responses = await Promise.all(
      Array.from({ length: 8 }, (_, at) => use(username, codes[0] ?? '', at % 2 === 0 ? bank : replica)),
    )
    assert.deepEqual(responses.map(({ statusCode }) => statusCode).sort(), [200, ...Array(7).fill(401)])
    assert.equal(await unusedOf(token), 9)
    assert.equal((await bank.db.session.count({ where: { user: { username } } })) - before, 1)
  })

  test('revokes the earlier session of this browser, but not for a used code', async () => {
    const { username, codes } = await customerWithCodes()
    const other = await newCustomer(bank)
    const [code = ''] = codes
    const browser = openBrowser(bank.app)
    await browser.send('POST', '/api/login', { username: other.username, password: other.password })
    const copy = browser.copy()
    await use(username, code)
    await browser.send('POST', '/api/login/recovery-code', { username, recoveryCode: code })
    assert.equal((await copy.send('GET', '/api/me')).statusCode, 200)
    await browser.send('POST', '/api/login/recovery-code', { username, recoveryCode: codes[1] })
    assert.equal((await copy.send('GET', '/api/me')).json().code, 'token_revoked')
    assert.equal((await browser.send('GET', '/api/me')).json().data.username, username)
  })

  test('does not let a user in who has no access', async () => {
    const { app, db } = await bankWithoutDemo()
    const { id } = await db.user.findUniqueOrThrow({ where: { username: ada.username } })
    const [code = ''] = await db.$transaction((transaction) => replaceCodes(transaction, id, new Date()))
    assert.equal((await use(ada.username, code, { app })).statusCode, 401)
    assert.equal(await db.recoveryCode.count({ where: { userId: id, usedAt: null } }), 10)
  })
})

describe('the page that makes codes', () => {
  async function open(age = 0) {
    const customer = await newCustomer(bank)
    const token = authenticated(customer.token, age)
    const { body } = await call(bank, token, 'GET', PATH)
    const shown = formsOf(body, PATH).find(({ action }) => action === PATH)
    assert.ok(shown)
    const send = (typed: Record<string, string> = {}) =>
      bank.app.inject({
        method: 'POST',
        url: PATH,
        headers: { ...form, ...cookiesOfBrowser(token) },
        payload: String(new URLSearchParams({ ...shown.fields, ...typed })),
      })
    return { ...customer, body, send }
  }
  const shownIn = (body: string) => [...body.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code = '']) => code)

  test('shows codes that work, to be kept nowhere', async () => {
    const { username, send } = await open()
    const response = await send()
    assert.equal(response.headers['cache-control'], 'no-store')
    const codes = shownIn(response.body)
    assert.equal(codes.length, 10)
    assert.equal((await use(username, codes[9] ?? '')).statusCode, 200)
  })

  test('of a form that is sent twice, one response shows codes, and these are valid', async () => {
    const { username, send } = await open()
    const responses = await Promise.all([send(), send()])
    assert.deepEqual(responses.map(({ statusCode }) => statusCode).sort(), [200, 400])
    const shown = responses.map(({ body }) => shownIn(body))
    assert.deepEqual(shown.map((codes) => codes.length).sort(), [0, 10])
    assert.equal((await use(username, shown.flat()[0] ?? '')).statusCode, 200)
  })

  test('asks for the password when the login is older', async () => {
    const { password, body, send } = await open(301)
    assert.match(body, /type="password"/)
    assert.equal((await send()).statusCode, 403)
    const wrong = await send({ password: 'not the password' })
    assert.equal(wrong.statusCode, 401)
    assert.match(wrong.body, /The password is wrong/)
    assert.equal(shownIn((await send({ password })).body).length, 10)
  })

  test('leads a user without a password to the confirmation with a passkey', async () => {
    const { token } = await newCustomer(bank)
    await bank.db.user.update({ where: { id: userIdOf(token) }, data: { passwordHash: null } })
    const { body } = await call(bank, authenticated(token, 301), 'GET', PATH)
    assert.doesNotMatch(body, /type="password"/)
    assert.match(body, /href="\/security#confirm">Confirm with a passkey/)
  })

  test('the security page counts the unused codes', async () => {
    const { username, token, codes } = await customerWithCodes()
    await use(username, codes[0] ?? '')
    assert.match((await call(bank, token, 'GET', '/security')).body, /9 of 10 codes are unused/)
  })
})

describe('the page that signs in with a code', () => {
  const SIGN_IN = '/sign-in/recovery-code'

  async function open(returnTo: string) {
    const browser = openBrowser(bank.app)
    const url = `${SIGN_IN}?${new URLSearchParams({ return_to: returnTo })}`
    const { body } = await browser.send('GET', url)
    const shown = formsOf(body, SIGN_IN).find(({ fields }) => 'recovery_code' in fields)
    assert.ok(shown)
    const send = (typed: Record<string, string>, from = browser) =>
      from.send('POST', SIGN_IN, String(new URLSearchParams({ ...shown.fields, ...typed })))
    return { browser, send }
  }

  test('is linked from the sign-in page with the way back, and leads there', async () => {
    const { username, codes } = await customerWithCodes()
    const { body } = await bank.app.inject(`/sign-in?${new URLSearchParams({ return_to: `${RETIREMENT}/?a=1` })}`)
    assert.match(body, /href="\/sign-in\/recovery-code\?return_to=http%3A%2F%2Fretirement[^"]*">Use a recovery code/)
    const { browser, send } = await open(`${RETIREMENT}/?a=1`)
    const response = await send({ username, recovery_code: codes[0] ?? '' })
    assert.deepEqual([response.statusCode, response.headers.location], [303, `${RETIREMENT}/?a=1`])
    assert.equal((await browser.send('GET', '/api/me')).json().data.username, username)
  })

  test('leads to no other site', async () => {
    const { username, codes } = await customerWithCodes()
    const { send } = await open('https://evil.example/')
    const response = await send({ username, recovery_code: codes[0] ?? '' })
    assert.match(String(response.headers.location), /^http:\/\/bank\.signet\.localhost:3001\/$/)
  })

  test('says what is wrong, and keeps the username but not the code', async () => {
    const { username } = await newCustomer(bank)
    const { send } = await open('/')
    const response = await send({ username, recovery_code: '2222-2222-2222-2222' })
    assert.equal(response.statusCode, 401)
    assert.match(response.body, /role="alert"[\s\S]*Invalid username or recovery code/)
    assert.ok(response.body.includes(`value="${username}"`))
    assert.ok(!response.body.includes('2222-2222'))
  })

  test('sent twice at once, at two replicas, it signs in once and consumes one code', async () => {
    const { username, token, codes } = await customerWithCodes()
    const { browser, send } = await open('/')
    const typed = { username, recovery_code: codes[0] ?? '' }
    const other = browser.copy(replica.app)
    const responses = await Promise.all([send(typed), send(typed, other)])
    assert.deepEqual(
      responses.map(({ statusCode }) => statusCode),
      [303, 303],
    )
    const sids = await Promise.all(
      [browser, other].map(async (one) => (await one.send('GET', '/api/me')).json().data.sid),
    )
    assert.equal(sids[0], sids[1])
    assert.equal(await unusedOf(token), 9)
  })
})
