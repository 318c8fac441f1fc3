import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { authenticated, call } from '../sign-in-methods/methods.js'
import { jarOf, login, startBank, type TestBank } from '../support.js'

let bank: TestBank
before(async () => {
  bank = await startBank({ LOGIN_RATE_LIMIT: '2' })
})
after(() => bank.close())

const NEW = 'another quiet place by the sea'
const statusOf = async (response: Promise<{ statusCode: number }>) => (await response).statusCode

test('wrong current passwords count as failed logins, and then the right one is refused too', async () => {
  const { username, password, token } = await newCustomer(bank)
  const change = (currentPassword: string) =>
    statusOf(call(bank, token, 'POST', '/api/password', { currentPassword, newPassword: NEW }))
  assert.equal(await change('not the password'), 401)
  assert.equal(await statusOf(login(bank.app, { username, password: 'not the password' })), 401)
  assert.equal(await change(password), 429)
  assert.equal(await statusOf(login(bank.app, { username, password })), 429)
})

test('refused new passwords count before they are estimated, also without a current password', async () => {
  const { token } = await newCustomer(bank)
  const byPasskey = authenticated(token, 0, ['hwk', 'user'])
  const change = (newPassword: string) => statusOf(call(bank, byPasskey, 'POST', '/api/password', { newPassword }))
  for (const expected of [400, 400, 429]) assert.equal(await change('passwordpassword'), expected)
  assert.equal(await change(NEW), 429)
})

test('successes do not count', async () => {
  const customer = await newCustomer(bank)
  let { token, password } = customer
  for (const newPassword of ['one', 'two', 'three', 'four'].map((word) => `${NEW} ${word}`)) {
    const response = await call(bank, token, 'POST', '/api/password', { currentPassword: password, newPassword })
    assert.equal(response.statusCode, 200)
    token = response.json().data
    password = newPassword
  }
})

test('wrong recovery codes count as failed logins', async () => {
  const { username, password, token } = await newCustomer(bank)
  const [code] = (await call(bank, token, 'POST', '/api/recovery-codes')).json().data.recoveryCodes
  const attempt = (recoveryCode: string) =>
    statusOf(call(bank, '', 'POST', '/api/login/recovery-code', { username, recoveryCode }))
  assert.equal(await attempt('2222-2222-2222-2222'), 401)
  assert.equal(await statusOf(login(bank.app, { username, password: 'not the password' })), 401)
  assert.equal(await attempt(code), 429)
  assert.equal(await statusOf(login(bank.app, { username, password })), 429)
  assert.equal((await call(bank, token, 'GET', '/api/recovery-codes')).json().data.unused, 10)
})

test('a user makes new codes ten times an hour, by the API and the page', async () => {
  const { token } = await newCustomer(bank)
  const make = () => call(bank, token, 'POST', '/api/recovery-codes')
  for (let times = 0; times < 10; times += 1) assert.equal((await make()).statusCode, 201)
  const refused = await make()
  assert.deepEqual([refused.statusCode, refused.json().code], [429, 'rate_limited'])
  assert.ok(Number(refused.headers['retry-after']) > 60)
  const browser = openBrowser(bank.app, jarOf(token))
  const page = await browser.send('POST', '/security/recovery-codes', 'replaces=')
  assert.deepEqual([page.statusCode, /Try again in an hour/.test(page.body)], [429, true])
  assert.equal(await statusOf(call(bank, (await newCustomer(bank)).token, 'POST', '/api/recovery-codes')), 201)
})

test('a signed-in user requests sixty challenges a minute', async () => {
  const { token } = await newCustomer(bank)
  const urls = ['/api/passkeys/options', '/api/reauthenticate/passkey/options']
  const statuses = []
  for (let times = 0; times < 62; times += 1) {
    statuses.push(await statusOf(call(bank, token, 'POST', urls[times % 2] ?? '')))
  }
  assert.deepEqual(statuses, [...Array(60).fill(200), 429, 429])
})
