import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newCustomer } from '../customer.js'
import { authenticated, call } from '../sign-in-methods/methods.js'
import { login, startBank, type TestBank } from '../support.js'

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
