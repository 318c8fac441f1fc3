import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
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

/** Sends a request to the issuer. Returns the response and the cookies that a browser holds after it. */
async function send(method: InjectOptions['method'] & string, url: string, cookies: Cookies = {}, payload?: object) {
  const response = await issuer.inject({ method: method as 'GET', url, cookies, ...(payload ? { payload } : {}) })
  const kept = response.cookies.filter(({ maxAge }) => maxAge !== 0).map(({ name, value }) => [name, value])
  const cleared = new Set(response.cookies.map(({ name }) => name))
  const others = Object.entries(cookies).filter(([name]) => !cleared.has(name))
  return { response, status: response.statusCode, cookies: Object.fromEntries([...others, ...kept]) as Cookies }
}

async function login(): Promise<Cookies> {
  const { status, cookies } = await send('POST', '/api/login', {}, { username: 'ada', password: 'analytical-engine' })
  assert.equal(status, 200)
  return cookies
}

const basket = (cookies: Cookies) => verifier.inject({ url: '/api/basket', cookies })

/** Resolves with the verifier's refusal, which follows a revocation within milliseconds. */
async function refusal(cookies: Cookies): Promise<string> {
  let response = await basket(cookies)
  while (response.statusCode === 200) {
    await new Promise((resolve) => setImmediate(resolve))
    response = await basket(cookies)
  }
  return response.json().code
}

const sessionsOf = async (cookies: Cookies): Promise<{ id: string; current: boolean }[]> =>
  (await send('GET', '/api/sessions', cookies)).response.json()

test('a login at the issuer signs the user in at the verifier', async () => {
  assert.deepEqual((await basket(await login())).json(), { basketOf: 'Ada' })
  const wrong = await send('POST', '/api/login', {}, { username: 'ada', password: 'wrong' })
  assert.deepEqual([wrong.status, wrong.response.json().code], [401, 'invalid_credentials'])
  assert.equal((await basket({})).json().code, 'token_missing')
})

test('a session is renewed, and a copied refresh token revokes it', async () => {
  const first = await login()
  let newest = first
  for (let times = 0; times < 3; times += 1) {
    const { status, cookies } = await send('POST', '/api/token/refresh', newest)
    assert.equal(status, 200)
    assert.notEqual(cookies.example_refresh, newest.example_refresh)
    newest = cookies
  }
  assert.equal((await basket(newest)).statusCode, 200)
  assert.equal((await send('POST', '/api/token/refresh', first)).response.json().code, 'token_revoked')
  assert.equal((await send('POST', '/api/token/refresh', newest)).response.json().code, 'token_revoked')
})

test('a page whose token is missing is renewed by one redirect through the issuer', async () => {
  const { example_token: _token, ...refresh } = await login()
  const sent = await verifier.inject({ url: '/basket?size=2', cookies: refresh })
  const { response, cookies } = await send('GET', String(sent.headers.location).slice(ID.length), refresh)
  assert.deepEqual([response.statusCode, response.headers.location], [303, `${SHOP}/basket?size=2`])
  assert.equal((await verifier.inject({ url: '/basket?size=2', cookies })).body, 'The basket of Ada')
  assert.deepEqual((await send('GET', '/sign-in')).response.json(), { signIn: 'POST /api/login' })
})

test('the user lists the sessions and revokes another one', { timeout: 10_000 }, async () => {
  const [one, other] = [await login(), await login()]
  const found = (await sessionsOf(other)).find(({ current }) => current)
  assert.ok(found)
  const listed = await sessionsOf(one)
  assert.equal(listed.find(({ id }) => id === found.id)?.current, false)
  assert.equal((await basket(other)).statusCode, 200)
  assert.equal((await send('DELETE', `/api/sessions/${found.id}`, one)).status, 200)
  assert.equal(await refusal(other), 'token_revoked')
  assert.equal((await basket(one)).statusCode, 200)
})

test('a sign-out at the verifier ends the session at the issuer', async () => {
  const cookies = await login()
  const signedOut = await verifier.inject({ method: 'POST', url: '/api/logout', cookies })
  assert.deepEqual([signedOut.statusCode, signedOut.cookies[0]?.value], [200, ''])
  assert.equal((await basket(cookies)).json().code, 'token_revoked')
  assert.equal((await send('POST', '/api/token/refresh', cookies)).response.json().code, 'token_revoked')
  const unknown = await verifier.inject({ method: 'POST', url: '/api/logout', cookies: { example_token: 'planted' } })
  assert.deepEqual([unknown.statusCode, unknown.json().code, unknown.cookies], [409, 'session_unknown', []])
})

test('a sign-out is valid everywhere, and so is one of every other session', { timeout: 10_000 }, async () => {
  const [one, copy] = [await login(), await login()]
  assert.equal((await basket(copy)).statusCode, 200)
  const { cookies, status } = await send('DELETE', '/api/sessions', one)
  assert.equal(status, 200)
  assert.equal(await refusal(copy), 'token_revoked')
  assert.equal(await refusal(one), 'token_revoked')
  assert.equal((await sessionsOf(cookies)).length, 1)
  assert.equal((await basket(cookies)).statusCode, 200)
  assert.equal((await send('POST', '/api/logout', cookies)).status, 200)
  assert.equal(await refusal(cookies), 'token_revoked')
})
