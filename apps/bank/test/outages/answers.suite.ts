import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SoftwareAuthenticator } from '@signet/testing'
import type { InjectOptions } from 'fastify'
import {
  ada,
  claimsOf,
  cookiesOf,
  cookiesOfBrowser,
  form,
  json,
  startBank,
  type TestBank,
  tokenOf,
} from '../support.js'
import { server } from './own-server.js'

let bank: TestBank
let headers = { cookie: '' }
let accountId = ''
before(async () => {
  bank = await startBank({ LOGIN_RATE_LIMIT: '1000' }, server.adminUrl)
  headers = cookiesOfBrowser(await tokenOf(bank.app))
  accountId = (await bank.app.inject({ url: '/api/accounts', headers })).json().data[0].id
  assert.equal((await bank.app.inject('/readyz')).statusCode, 200)
})
after(() => bank?.close())

const sessionOf = async (token: string) =>
  bank.db.session.findUniqueOrThrow({ where: { id: String(claimsOf(token).sid) } })
const credentials = { username: ada.username, password: ada.password }
const asForm = (fields: object) => String(new URLSearchParams(Object.entries(fields)))

const ASSERTION = new SoftwareAuthenticator({
  origin: 'http://bank.signet.localhost:3001',
  rpId: 'signet.localhost',
}).get({
  challenge: '',
})

/** What changes how a user signs in. */
const SIGN_IN_CHANGES = (): ReadonlyArray<readonly [what: string, request: InjectOptions]> => {
  const post = (url: string, fields: object): InjectOptions =>
    url.startsWith('/api/')
      ? { method: 'POST', url, headers: { ...json, ...headers }, payload: JSON.stringify(fields) }
      : { method: 'POST', url, headers: { ...form, ...headers }, payload: asForm(fields) }
  const newPassword = 'quite-a-long-phrase-of-mine'
  const code = { username: ada.username, recoveryCode: '2222-2222-2222-2222' }
  return [
    ['a new password', post('/api/password', { currentPassword: ada.password, newPassword })],
    [
      'a new password on the page',
      post('/security/password', { current_password: ada.password, new_password: newPassword }),
    ],
    ['no password', { method: 'DELETE', url: '/api/password', headers }],
    ['no password on the page', post('/security/password/remove', {})],
    ['new recovery codes', { method: 'POST', url: '/api/recovery-codes', headers }],
    ['new recovery codes on the page', post('/security/recovery-codes', { replaces: '' })],
    ['a sign-in with a recovery code', post('/api/login/recovery-code', code)],
    [
      'a sign-in with a recovery code on the page',
      post('/sign-in/recovery-code', { username: code.username, recovery_code: code.recoveryCode }),
    ],
    ['the options of a sign-in with a passkey', { method: 'POST', url: '/api/login/passkey/options' }],
    ['the options of a new passkey', { method: 'POST', url: '/api/passkeys/options', headers }],
    ['the options of a confirmation', { method: 'POST', url: '/api/reauthenticate/passkey/options', headers }],
    ['a sign-in with a passkey', post('/api/login/passkey', { credential: ASSERTION })],
    ['a sign-in with a passkey on the page', post('/sign-in/passkey', { credential: JSON.stringify(ASSERTION) })],
    ['a passkey that is removed', { method: 'DELETE', url: `/api/passkeys/${accountId}`, headers }],
    [
      'a passkey that is renamed',
      { method: 'PATCH', url: `/api/passkeys/${accountId}`, headers: { ...json, ...headers }, payload: '{"name":"x"}' },
    ],
    ['a passkey that is removed on the page', post('/security/passkeys/remove', { id: accountId })],
    ['the passkeys', { url: '/api/passkeys', headers }],
    ['a notice that is dismissed', post('/security/notices/dismiss', { notice: accountId })],
    ['the security page', { url: '/security', headers }],
  ]
}

/** Everything that needs the database. */
const NEEDS_IT = (): ReadonlyArray<readonly [what: string, request: InjectOptions]> => {
  const newcomer = { username: 'newcomer', name: 'New', password: 'quite-a-long-phrase-of-mine' }
  return [
    ['a sign-in', { method: 'POST', url: '/api/login', headers: json, payload: JSON.stringify(credentials) }],
    [
      'a sign-in on the page',
      { method: 'POST', url: '/sign-in', headers: { ...form, ...headers }, payload: asForm(credentials) },
    ],
    ['a registration', { method: 'POST', url: '/api/register', headers: json, payload: JSON.stringify(newcomer) }],
    ['a registration on the page', { method: 'POST', url: '/register', headers: form, payload: asForm(newcomer) }],
    ...SIGN_IN_CHANGES(),
    ['accounts', { url: '/api/accounts', headers }],
    ['entries', { url: `/api/accounts/${accountId}/entries`, headers }],
    [
      'a transfer',
      {
        method: 'POST',
        url: '/api/transfers',
        headers: { ...json, ...headers, 'idempotency-key': 'outage' },
        payload: JSON.stringify({ from: accountId, to: 'retirement', amount: 1 }),
      },
    ],
    [
      'a transfer on the page',
      {
        method: 'POST',
        url: '/transfer/0b0a0f5e-57b3-4c0f-8d6a-2f6c1b1c9d10/review',
        headers: { ...form, ...headers },
        payload: asForm({ from: accountId, to: 'retirement', amount: '1', key: 'outage' }),
      },
    ],
    ['a transfer that was', { url: `/api/transfers/${accountId}`, headers }],
    ['the form of a transfer', { url: '/transfer', headers }],
    ['a statement', { url: `/accounts/${accountId}/statement.csv`, headers }],
    ['the page of accounts', { url: '/', headers }],
    ['the page of an account', { url: `/accounts/${accountId}`, headers }],
    ['a sign-out', { method: 'POST', url: '/api/logout', headers }],
    ['a sign-out on the page', { method: 'POST', url: '/sign-out', headers: { ...form, ...headers } }],
    ['the sign-ins', { url: '/api/sessions', headers }],
    ['readiness', { url: '/readyz' }],
  ]
}

test('with the database stopped', async (t) => {
  const token = headers.cookie.split('=')[1] ?? ''
  await server.stop()

  for (const [what, request] of NEEDS_IT()) {
    await t.test(`503 unavailable, and no cookie is touched: ${what}`, async () => {
      const answer = await bank.app.inject(request)
      assert.equal(answer.statusCode, 503, answer.body.slice(0, 300))
      assert.deepEqual(cookiesOf(answer), [])
      if (String(answer.headers['content-type']).startsWith('application/json')) {
        assert.equal(answer.json().code, 'unavailable')
      } else {
        assert.match(answer.body, /<h1>We cannot answer right now<\/h1>/)
      }
      assert.doesNotMatch(answer.body, /prisma|ECONNREFUSED|5432|only-for-tests/i)
    })
  }

  await t.test('a signed-in user whose request cannot be counted does not read about signing in', async () => {
    for (const url of ['/api/passkeys/options', '/api/reauthenticate/passkey/options', '/api/recovery-codes']) {
      const { error } = (await bank.app.inject({ method: 'POST', url, headers })).json()
      assert.equal(error, 'This service is not available right now. Try again in a moment.', url)
    }
  })

  await t.test('a sign-in that is there goes on: GET /api/me answers without the database', async () => {
    const answer = await bank.app.inject({ url: '/api/me', headers })
    assert.deepEqual([answer.statusCode, answer.json().data?.username], [200, 'ada'])
  })

  await t.test(
    'a page that needs nothing from the database is there for a signed-in user, without notices',
    async () => {
      for (const url of ['/docs', '/token']) {
        const answer = await bank.app.inject({ url, headers })
        assert.deepEqual([answer.statusCode, />Sign out<\/button>/.test(answer.body)], [200, true], url)
      }
    },
  )

  await t.test('the process is up, and the pages that need nothing are there', async () => {
    for (const url of [
      '/healthz',
      '/sign-in',
      '/register',
      '/docs',
      '/openapi.json',
      '/metrics',
      '/assets/signet.css',
    ]) {
      assert.equal((await bank.app.inject(url)).statusCode, 200, url)
    }
  })

  await t.test('many at once are refused as calmly as one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => bank.app.inject({ url: '/api/accounts', headers })),
    )
    assert.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [503])
  })

  await t.test('once it is back, everything goes on, with the same sign-in', async () => {
    await server.start()
    assert.equal((await bank.app.inject('/readyz')).statusCode, 200)
    assert.equal((await bank.app.inject({ url: '/api/accounts', headers })).statusCode, 200)
    assert.equal((await sessionOf(token)).endedAt, null)
  })
})
