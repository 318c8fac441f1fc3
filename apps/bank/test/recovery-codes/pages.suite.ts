import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { formsOf } from '../forms-of.js'
import { authenticated, call, userIdOf } from '../sign-in-methods/methods.js'
import { cookiesOfBrowser, form, RETIREMENT } from '../support.js'
import { bank, customerWithCodes, replica, unusedOf, use } from './codes.js'

const PATH = '/security/recovery-codes'

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
