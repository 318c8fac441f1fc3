import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { replaceCodes } from '../../src/recovery-codes/store.js'
import { openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { authenticated, call, userIdOf } from '../sign-in-methods/methods.js'
import { ada, assertSignInCookies, bankWithoutDemo, claimsOf, cookiesOf } from '../support.js'
import { bank, codesOf, customerWithCodes, replica, unusedOf, use } from './codes.js'

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
