import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { formsOf } from '../forms-of.js'
import { authenticated, call, hashesComparedDuring, userIdOf } from '../sign-in-methods/methods.js'
import { login, sharedBank, type TestBank } from '../support.js'

const PATH = '/security/password'
const NEW = 'another quiet place by the sea'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

async function open() {
  const customer = await newCustomer(bank)
  const browser = openBrowser(bank.app)
  await browser.send('POST', '/api/login', { username: customer.username, password: customer.password })
  const { body } = await browser.send('GET', PATH)
  const shown = formsOf(body, PATH).find(({ action }) => action === PATH)
  assert.ok(shown)
  const send = (typed: Record<string, string>) =>
    browser.send('POST', PATH, String(new URLSearchParams({ ...shown.fields, ...typed })))
  return { ...customer, browser, send }
}

const problemOf = (body: string, field: string) => new RegExp(`id="${field}-error">([^<]*)<`).exec(body)?.[1]

describe('the page that changes the password', () => {
  test('changes it, and says so', async () => {
    const { username, password, browser, send } = await open()
    const response = await send({ current_password: password, new_password: NEW })
    assert.deepEqual([response.statusCode, response.headers.location], [303, '/security?done=password'])
    const { body } = await browser.send('GET', '/security?done=password')
    assert.match(body, /role="status"[\s\S]*Your password has been changed/)
    assert.equal((await login(bank.app, { username, password: NEW })).statusCode, 200)
  })

  test('says beside each field what is wrong, and never contains what was typed', async () => {
    const { password, send } = await open()
    const wrong = await send({ current_password: 'not the password', new_password: NEW })
    assert.deepEqual(
      [wrong.statusCode, problemOf(wrong.body, 'current_password')],
      [401, 'The password is wrong. Try again.'],
    )
    const weak = await send({ current_password: password, new_password: 'passwordpassword' })
    assert.equal(weak.statusCode, 400)
    assert.match(problemOf(weak.body, 'new_password') ?? '', /easy to guess/)
    for (const { body } of [wrong, weak]) {
      for (const typed of ['not the password', NEW, password, 'passwordpassword']) assert.ok(!body.includes(typed))
    }
  })

  test('refuses text that no person could have typed, without a hash', async () => {
    const { send } = await open()
    let response: Awaited<ReturnType<typeof send>> | undefined
    const compared = await hashesComparedDuring(bank, async () => {
      response = await send({ current_password: 'x'.repeat(1_025), new_password: NEW })
    })
    assert.ok(response)
    assert.deepEqual(compared, [])
    assert.deepEqual(
      [response.statusCode, problemOf(response.body, 'current_password')],
      [401, 'The password is wrong. Try again.'],
    )
  })

  test('asks for no current password after a passkey, and explains what to do without one', async () => {
    const { token } = await newCustomer(bank)
    const pageOf = async (token: string) => (await call(bank, token, 'GET', PATH)).body
    const names = (body: string) => [...body.matchAll(/<input[^>]*type="password"[^>]*>/g)].map(([tag]) => tag).join()
    assert.match(names(await pageOf(token)), /current_password/)
    assert.doesNotMatch(names(await pageOf(authenticated(token, 0, ['hwk', 'user']))), /current_password/)
    await bank.db.user.update({ where: { id: userIdOf(token) }, data: { passwordHash: null } })
    const without = await pageOf(token)
    assert.equal(names(without), '')
    assert.match(without, /Set a password/)
    assert.match(without, /href="\/security#confirm">Confirm with a passkey/)
    assert.match(names(await pageOf(authenticated(token, 0, ['hwk', 'user']))), /new_password/)
  })
})
