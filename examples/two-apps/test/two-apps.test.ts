import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { createIssuer } from '../src/issuer.js'
import { createVerifier } from '../src/verifier.js'

const ID = 'http://id.example.localhost'
const SHOP = 'http://shop.example.localhost'
const SECRET = 'k1:a-secret-for-the-example-of-32-bytes'

let issuer: FastifyInstance
let verifier: FastifyInstance
before(async () => {
  issuer = await createIssuer(ID, [ID, SHOP], SECRET, 'r1:another-secret-for-refresh-tokens-32')
  const issuerUrl = await issuer.listen({ host: '127.0.0.1', port: 0 })
  verifier = await createVerifier(SHOP, ID, issuerUrl, SECRET)
  await verifier.ready()
})
after(async () => {
  await verifier.close()
  await issuer.close()
})

type Cookies = Record<string, string>

/** Posts to the issuer. Returns the response and the cookies that a browser holds after it. */
async function post(url: string, cookies: Cookies = {}, payload: object = {}) {
  const response = await issuer.inject({ method: 'POST', url, cookies, payload })
  const set = Object.fromEntries(response.cookies.map(({ name, value }) => [name, value]))
  return { status: response.statusCode, body: response.json(), cookies: { ...cookies, ...set } as Cookies }
}
const login = (password: string) => post('/login', {}, { username: 'ada', password })
const basket = (cookies: Cookies) => verifier.inject({ url: '/basket', cookies })

test('a login at the issuer signs the user in at the verifier', async () => {
  const { status, cookies } = await login('analytical-engine')
  assert.equal(status, 200)
  assert.deepEqual((await basket(cookies)).json(), { basketOf: 'Ada' })
})

test('a wrong password and a missing token are refused', async () => {
  assert.deepEqual(((answer) => [answer.status, answer.body.code])(await login('wrong')), [401, 'invalid_credentials'])
  assert.equal((await basket({})).json().code, 'token_missing')
})

test('a session is renewed, and a copied refresh token revokes it', async () => {
  const first = await login('analytical-engine')
  const second = await post('/renew', first.cookies)
  const third = await post('/renew', second.cookies)
  const fourth = await post('/renew', third.cookies)
  assert.deepEqual([second.status, third.status, fourth.status], [200, 200, 200])
  assert.notEqual(fourth.cookies.example_refresh, first.cookies.example_refresh)
  assert.equal((await basket(fourth.cookies)).statusCode, 200)
  assert.equal((await post('/renew', first.cookies)).body.code, 'token_revoked')
  assert.equal((await post('/renew', fourth.cookies)).body.code, 'token_revoked')
})

test('a sign-out at the issuer signs the user out everywhere', { timeout: 10_000 }, async () => {
  const { cookies } = await login('analytical-engine')
  assert.equal((await basket(cookies)).statusCode, 200)
  assert.equal((await post('/sign-out', cookies)).status, 200)
  // The verifier fetches the status list once a second.
  let response = await basket(cookies)
  while (response.statusCode === 200) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    response = await basket(cookies)
  }
  assert.deepEqual([response.statusCode, response.json().code], [401, 'token_revoked'])
})
