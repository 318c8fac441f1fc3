import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newCustomer } from '../customer.js'
import { addPasskey, authenticated, call, hashesComparedDuring, userIdOf } from '../sign-in-methods/methods.js'
import { cookiesOfBrowser, form, login, sharedBank, type TestBank } from '../support.js'

const NEW = 'another quiet place by the sea'

let bank: TestBank
let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({ HOST: '127.0.0.1' })
})

/** A customer with so many passkeys, and with recovery codes or without. */
async function customerWith({ passkeys, codes = false }: { passkeys: number; codes?: boolean }) {
  const customer = await newCustomer(bank)
  const userId = userIdOf(customer.token)
  const ids: string[] = []
  while (ids.length < passkeys) ids.push(await addPasskey(bank, userId))
  if (codes) await call(bank, customer.token, 'POST', '/api/recovery-codes')
  return { ...customer, userId, passkeyIds: ids }
}

const remove = (token: string) => call(bank, token, 'DELETE', '/api/password')
const refusalOf = (response: { statusCode: number; json(): { code?: string } }) => [
  response.statusCode,
  response.json().code,
]

describe('DELETE /api/password', () => {
  for (const methods of [{ passkeys: 0 }, { passkeys: 1 }, { passkeys: 0, codes: true }]) {
    test(`is refused with ${JSON.stringify(methods)}, and changes nothing`, async () => {
      const { username, password, token } = await customerWith(methods)
      assert.deepEqual(refusalOf(await remove(token)), [403, 'forbidden'])
      assert.equal((await call(bank, token, 'GET', '/api/me')).statusCode, 200)
      assert.equal((await login(bank.app, { username, password })).statusCode, 200)
    })
  }

  for (const methods of [{ passkeys: 2 }, { passkeys: 1, codes: true }]) {
    test(`removes it with ${JSON.stringify(methods)}, and revokes every other session`, async () => {
      const { username, password, token } = await customerWith(methods)
      const elsewhere = String((await login(bank.app, { username, password })).json().data)
      const response = await remove(token)
      assert.equal(response.statusCode, 200)
      const renewed = String(response.json().data)
      assert.equal((await call(bank, renewed, 'GET', '/api/me')).statusCode, 200)
      assert.equal((await call(bank, elsewhere, 'GET', '/api/me')).statusCode, 401)
      assert.deepEqual(refusalOf(await remove(renewed)), [404, 'not_found'])
    })
  }

  test('needs an authentication of the last five minutes', async () => {
    const { token } = await customerWith({ passkeys: 2 })
    assert.deepEqual(refusalOf(await remove(authenticated(token, 301))), [403, 'reauthentication_required'])
    assert.equal((await remove(authenticated(token, 295))).statusCode, 200)
  })

  test('a user without a password gets the same answer to a login as an unknown one, and the same hash', async () => {
    const { username, password, token } = await customerWith({ passkeys: 2 })
    await remove(token)
    const verified = await hashesComparedDuring(bank, async () => {
      const without = await login(bank.app, { username, password })
      const unknown = await login(bank.app, { username: 'unknown-to-the-bank', password })
      assert.deepEqual([without.statusCode, without.body], [unknown.statusCode, unknown.body])
    })
    assert.deepEqual(verified, [null, null])
  })

  test('a password can be set again with a passkey, and signs in', async () => {
    const { username, token } = await customerWith({ passkeys: 2 })
    const renewed = String((await remove(token)).json().data)
    const set = (token: string) => call(bank, token, 'POST', '/api/password', { newPassword: NEW })
    assert.deepEqual(refusalOf(await set(renewed)), [403, 'reauthentication_required'])
    assert.equal((await set(authenticated(renewed, 0, ['hwk', 'user']))).statusCode, 200)
    assert.equal((await login(bank.app, { username, password: NEW })).statusCode, 200)
  })

  test('and the removal of a passkey at the same time never leave a user without a way in', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { userId, token, passkeyIds } = await customerWith({ passkeys: 2 })
      const removePasskey = call(replica, token, 'DELETE', `/api/passkeys/${passkeyIds[0]}`)
      const statuses = (await Promise.all([remove(token), removePasskey])).map(({ statusCode }) => statusCode)
      assert.equal(statuses.filter((status) => status === 200).length, 1, `${statuses}: one of the two, never both`)
      const { passwordHash } = await bank.db.user.findUniqueOrThrow({ where: { id: userId } })
      const passkeys = await bank.db.passkey.count({ where: { userId } })
      assert.deepEqual([passwordHash !== null, passkeys], statuses[0] === 200 ? [false, 2] : [true, 1])
    }
  })
})

test('of two passkeys that are removed at once, a user without a password keeps one, and codes', async () => {
  const { userId, token, passkeyIds } = await customerWith({ passkeys: 2, codes: true })
  const renewed = String((await remove(token)).json().data)
  const removePasskey = ({ app }: TestBank, id = '') => call({ app }, renewed, 'DELETE', `/api/passkeys/${id}`)
  const both = [removePasskey(bank, passkeyIds[0]), removePasskey(replica, passkeyIds[1])]
  const statuses = (await Promise.all(both)).map(({ statusCode }) => statusCode)
  assert.deepEqual(statuses.sort(), [200, 403])
  assert.equal(await bank.db.passkey.count({ where: { userId } }), 1)
})

describe('the page', () => {
  const post = (token: string, fields: Record<string, string>) =>
    bank.app.inject({
      method: 'POST',
      url: '/security/password/remove',
      headers: { ...form, ...cookiesOfBrowser(token) },
      payload: String(new URLSearchParams(fields)),
    })
  const page = async (token: string, url: string) => (await call(bank, token, 'GET', url)).body

  test('offers the removal only to a user who can do without the password', async () => {
    assert.doesNotMatch(await page((await customerWith({ passkeys: 1 })).token, '/security'), /Remove the password/)
    assert.match(await page((await customerWith({ passkeys: 2 })).token, '/security'), /Remove the password/)
  })

  test('asks for the password when the login is older, and says what is wrong with it', async () => {
    const { token, password } = await customerWith({ passkeys: 2 })
    assert.doesNotMatch(await page(token, '/security/password/remove'), /type="password"/)
    const stale = authenticated(token, 301)
    assert.match(await page(stale, '/security/password/remove'), /type="password"/)
    const without = await post(stale, {})
    assert.deepEqual([without.statusCode, /role="alert"/.test(without.body)], [403, true])
    const wrong = await post(stale, { password: 'not the password' })
    assert.equal(wrong.statusCode, 401)
    assert.match(wrong.body, /The password is wrong/)
    const right = await post(stale, { password })
    assert.deepEqual([right.statusCode, right.headers.location], [303, '/security?done=no-password'])
  })
})
