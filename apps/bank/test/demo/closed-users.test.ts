// Demo users that were there before, at a bank without the demo.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { openTestDatabase, type TestDatabase, until } from '@signet/testing'
import type { LightMyRequestResponse } from 'fastify'
import { balanceOf, newCustomer } from '../customer.js'
import { ada, buildTestBank, cookieOf, cookiesOf, DEMO_BANK, json, login, type TestBank, tokenOf } from '../support.js'

type Running = Pick<TestBank, 'app' | 'db'>

let database: TestDatabase
let on: Running
let off: Running
/** What a browser of a demo user holds from before, by strategy. */
const cookies = new Map<string, string>()
before(async () => {
  database = await openTestDatabase(DEMO_BANK)
  on = await buildTestBank(database.url)
  for (const strategy of ['jwt', 'shared-session']) {
    const answer = await login(on.app, { ...credentials(ada), strategy })
    cookies.set(strategy, sentBy(answer))
  }
  off = await buildTestBank(database.url, { DEMO: '0' })
})
after(async () => {
  await Promise.all([on.app.close(), off.app.close()])
  await database.remove()
})

/** The cookies that a browser keeps of an answer, as it sends them. */
const sentBy = (answer: LightMyRequestResponse) =>
  cookiesOf(answer)
    .map((line) => line.split(';')[0] ?? '')
    .filter((pair) => !pair.endsWith('='))
    .join('; ')
const credentials = ({ username, password }: { username: string; password: string }) => ({ username, password })
const bank = (running: Running): TestBank => ({ ...running, databaseUrl: database.url, close: async () => {} })

describe('without the demo, the demo users of before', () => {
  for (const person of Object.values(DEMO_USERS)) {
    test(`cannot log in: ${person.username}`, async () => {
      for (const username of [person.username, ` ${person.username.toUpperCase()} `]) {
        const answer = await login(off.app, { username, password: person.password })
        const unknown = await login(off.app, { username: 'nobody-of-this-name', password: person.password })
        assert.deepEqual([answer.statusCode, answer.body], [401, unknown.body])
      }
    })
  }

  for (const strategy of ['jwt', 'shared-session']) {
    test(`are no longer signed in: ${strategy}`, async () => {
      const headers = { cookie: cookies.get(strategy) ?? '' }
      const answer = await off.app.inject({ url: '/api/me', headers })
      assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_revoked'])
      // The process that still runs with the demo notices by the status lists, as another service does.
      await until(
        async () => (await on.app.inject({ url: '/api/me', headers })).statusCode,
        (status) => status === 401,
      )
    })
  }

  test('cannot renew a session that another process lets them begin', async () => {
    const answer = await login(on.app, credentials(ada))
    const headers = {
      cookie: sentBy(answer),
    }
    const renewed = await off.app.inject({ method: 'POST', url: '/api/token/refresh', headers })
    assert.deepEqual([renewed.statusCode, renewed.json().code], [401, 'token_revoked'])
  })

  test('cannot type their password again', async () => {
    const token = await tokenOf(on.app)
    const answer = await off.app.inject({
      method: 'POST',
      url: '/api/reauthenticate',
      headers: { ...json, ...cookieOf(token) },
      payload: JSON.stringify({ password: ada.password }),
    })
    assert.equal(answer.statusCode, 401)
  })

  test('are back with the demo', async () => {
    assert.equal((await login(on.app, credentials(ada))).statusCode, 200)
  })
})

test('a new customer begins with no money without the demo, and with 5,000.00 in it', async () => {
  assert.equal(await balanceOf(bank(off), await newCustomer(bank(off))), 0)
  assert.equal(await balanceOf(bank(on), await newCustomer(bank(on))), 500_000)
})
