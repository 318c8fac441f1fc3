import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { App } from '@signet/service'
import type { LightMyRequestResponse } from 'fastify'
import { ada, cookiesOf, form, json, login, sharedBank, tokenOf } from '../support.js'

const RIGHT = { username: ada.username, password: ada.password }

const namesOf = (answer: LightMyRequestResponse): string[] =>
  cookiesOf(answer).map((cookie) => cookie.split('=')[0] ?? '')

/** Every way to a cookie. */
async function answersWithCookies(app: App): Promise<LightMyRequestResponse[]> {
  const post = (url: string, payload = '', headers = {}) =>
    app.inject({ method: 'POST', url, headers: { ...form, ...headers }, payload })
  const strategies = ['jwt', 'session', 'shared-session']
  const [name = '', ...values] = (cookiesOf(await login(app, RIGHT))[1] ?? '').split(';')[0]?.split('=') ?? []
  const cookie = `${name}=${values.join('=')}`
  const tour = cookiesOf(await post('/tour/begin'))[0]?.split(';')[0] ?? ''
  return [
    ...(await Promise.all(strategies.map((strategy) => login(app, { ...RIGHT, strategy })))),
    await app.inject({ method: 'POST', url: '/api/token/refresh', headers: { cookie } }),
    await app.inject({ url: '/sign-in', headers: { cookie } }),
    await app.inject({ method: 'POST', url: '/api/logout', headers: { ...json, cookie } }),
    await post('/theme', 'theme=dark'),
    await post('/tour/begin'),
    await post('/tour/leave', '', { cookie: tour }),
  ]
}

describe('COOKIE_PREFIX', () => {
  let acme: App
  before(async () => {
    acme = (await sharedBank({ COOKIE_PREFIX: 'acme-2' })).app
  })

  test('begins every cookie that the bank sets or clears', async () => {
    for (const [app, pattern] of [
      [acme, /^acme-2_[a-z_]+$/],
      [(await sharedBank()).app, /^signet_[a-z_]+$/],
    ] as const) {
      const names = new Set((await answersWithCookies(app)).flatMap(namesOf))
      for (const name of names) assert.match(name, pattern)
      const purposes = [...names].map((name) => name.replace(/^[^_]+_/, ''))
      const expected = ['refresh', 'session', 'shared_session', 'theme', 'token', 'tour', 'tour_left', 'trips']
      assert.deepEqual(
        expected.filter((purpose) => !purposes.includes(purpose)),
        [],
      )
    }
  })

  test('stands after what a browser holds to its promise, over https', async () => {
    const { app } = await sharedBank({
      BANK_URL: 'https://bank.signet.localhost',
      RETIREMENT_URL: 'https://retirement.signet.localhost',
      TRUST_PROXY: 'none',
      COOKIE_PREFIX: 'acme-2',
    })
    const names = new Set((await answersWithCookies(app)).flatMap(namesOf))
    for (const name of names) assert.match(name, /^__(Secure|Host)-acme-2_[a-z_]+$/)
    assert.ok(names.has('__Secure-acme-2_token') && names.has('__Host-acme-2_refresh'))
  })

  test('keeps two installations in one browser apart', async () => {
    const { app: signet } = await sharedBank()
    const other = await sharedBank({ COOKIE_PREFIX: 'acme-2', JWT_SECRET: 'k9:another-secret-for-tests-of-32-bytes' })
    const cookie = `signet_token=${await tokenOf(signet)}; acme-2_token=${await tokenOf(other.app)}`
    for (const app of [signet, other.app]) {
      const answer = await app.inject({ url: '/api/me', headers: { cookie } })
      assert.deepEqual([answer.statusCode, cookiesOf(answer)], [200, []])
    }
    const onlyTheOther = await other.app.inject({ url: '/api/me', headers: { cookie: cookie.split(';')[0] } })
    assert.equal(onlyTheOther.json().code, 'token_missing')
    assert.deepEqual(cookiesOf(onlyTheOther), [])
  })

  test('is in the description of the API', async () => {
    const { components } = (await acme.inject('/openapi.json')).json()
    assert.equal(components.securitySchemes.cookie.name, 'acme-2_token')
  })
})
