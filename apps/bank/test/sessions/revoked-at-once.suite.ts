import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Browser, openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { sharedBank, type TestBank } from '../support.js'

let bank: TestBank
let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({})
})

type Credentials = { username: string; password: string }

/** The actions that revoke a session, from its own browser or another one of the user. */
const WAYS: ReadonlyArray<
  readonly [name: string, end: (own: Browser, other: Browser, credentials: Credentials) => Promise<unknown>]
> = [
  ['POST /api/logout', (own) => own.send('POST', '/api/logout')],
  ['the button Sign out', (own) => own.send('POST', '/sign-out')],
  [
    'a logout with the refresh token alone',
    (own) => {
      const browser = own.copy()
      browser.jar.delete('signet_token')
      return browser.send('POST', '/api/logout')
    },
  ],
  [
    'a logout just after one at another replica',
    async (own) => {
      const copy = own.copy(replica.app)
      await copy.send('POST', '/api/logout')
      await own.copy().send('POST', '/api/logout')
    },
  ],
  [
    'DELETE /api/sessions/:id',
    async (own, other) => {
      const { sid } = (await own.send('GET', '/api/me')).json().data
      assert.equal((await other.send('DELETE', `/api/sessions/${sid}`)).statusCode, 200)
    },
  ],
  [
    'the button End of the security page',
    async (own, other) => {
      const { sid } = (await own.send('GET', '/api/me')).json().data
      // Pressed twice.
      for (let presses = 0; presses < 2; presses += 1) {
        assert.equal((await other.send('POST', '/security/end', `id=${sid}`)).statusCode, 303)
      }
    },
  ],
  ['DELETE /api/sessions', (_own, other) => other.send('DELETE', '/api/sessions')],
  ['the button Sign out elsewhere', (_own, other) => other.send('POST', '/security/end-others')],
  [
    'a refresh token that is used again',
    async (own) => {
      const [thief, owner] = [own.copy(), own.copy()]
      for (let times = 0; times < 3; times += 1) await owner.send('POST', '/api/token/refresh')
      assert.equal((await thief.send('POST', '/api/token/refresh')).json().code, 'token_revoked')
    },
  ],
  [
    'another login in the same browser',
    (own, _other, credentials) => own.copy().send('POST', '/api/login', credentials),
  ],
  [
    'a registration in the same browser',
    (own, _other, { username, password }) =>
      own.copy().send('POST', '/api/register', { username: `${username}-2`, name: 'Test', password }),
  ],
]

describe('the process that revokes a session refuses it at once', () => {
  for (const [name, end] of WAYS) {
    test(`after ${name}`, async () => {
      const { username, password } = await newCustomer(bank)
      const [own, other] = [openBrowser(bank.app), openBrowser(bank.app)]
      for (const browser of [own, other]) {
        await browser.send('POST', '/api/login', { username, password })
        assert.equal((await browser.send('GET', '/api/me')).statusCode, 200)
      }
      const token = own.jar.get('signet_token') ?? ''
      await end(own, other, { username, password })
      const response = await openBrowser(bank.app, new Map([['signet_token', token]])).send('GET', '/api/me')
      assert.deepEqual([response.statusCode, response.json().code], [401, 'token_revoked'])
    })
  }

  for (const strategy of ['session', 'shared-session']) {
    test(`also a session by ${strategy}`, async () => {
      const { username, password } = await newCustomer(bank)
      const own = openBrowser(bank.app)
      await own.send('POST', '/api/login', { username, password, strategy })
      const copy = own.copy()
      const { sid } = (await own.send('GET', '/api/me')).json().data
      const other = openBrowser(bank.app)
      await other.send('POST', '/api/login', { username, password })
      await other.send('DELETE', `/api/sessions/${sid}`)
      for (const browser of [own, copy]) {
        assert.equal((await browser.send('GET', '/api/me')).json().code, 'token_revoked')
      }
    })
  }
})
