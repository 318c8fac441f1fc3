import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import {
  BANK,
  CLAIMS,
  createApp,
  forge,
  freezeClock,
  HEADER,
  issueToken,
  issueTwin,
  NOW,
  RETIREMENT,
  SECRET,
} from '../support.js'
import { attacks } from './attack-table.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

freezeClock()
const good = await issueToken()
const claims = (change: object) => forge({ ...CLAIMS, ...change })

const ATTACKS = attacks({
  header: HEADER,
  claims: CLAIMS,
  good,
  secret: SECRET,
  otherKid: 'k0',
  labToken: await issueTwin(),
  nowSeconds: NOW,
  clockSeconds: 0,
})

const ACCEPTED: ReadonlyArray<readonly [why: string, token: string]> = [
  ['the token as issued', good],
  ['the control: forged with the right secret', forge(CLAIMS)],
  ['iat 10 s ahead: clocks differ', claims({ iat: NOW + 10, exp: NOW + 300 })],
  ['exp at its utmost', claims({ exp: NOW + 360 })],
  [
    'an older key of the ring',
    forge(CLAIMS, { ...HEADER, kid: 'k0' }, { secret: 'an-older-secret-of-at-least-32-bytes-too' }),
  ],
  ['a claim more than needed', claims({ locale: 'en' })],
]

for (const audience of [BANK, RETIREMENT]) {
  describe(`at ${audience}`, () => {
    let app: FastifyInstance
    before(async () => {
      app = await createApp({ audience })
    })
    after(() => app.close())

    for (const [carrier, headersOf] of [
      ['cookie', (token: string) => ({ cookie: `signet_token=${token}` })],
      ['header', (token: string) => ({ authorization: `Bearer ${token}` })],
    ] as const) {
      for (const [why, token, code] of ATTACKS) {
        test(`refuses by ${carrier}: ${why}`, async () => {
          const answer = await app.inject({ url: '/required', headers: headersOf(token) })
          assert.deepEqual([answer.statusCode, answer.json().code], [401, code])
          assert.match(String(answer.headers['www-authenticate']), /^Bearer error="invalid_token"/)
          assert.ok(!answer.body.includes(SECRET))
        })
      }
      for (const [why, token] of ACCEPTED) {
        test(`accepts by ${carrier}: ${why}`, async () => {
          const answer = await app.inject({ url: '/required', headers: headersOf(token) })
          assert.equal(answer.statusCode, 200, answer.body)
          assert.equal(answer.json().identity.username, 'ada')
        })
      }
    }
  })
}

test('the other last characters that decode to the same bytes are refused too', async () => {
  const app = await createApp()
  for (const last of ALPHABET) {
    const token = good.slice(0, -1) + last
    const { statusCode } = await app.inject({ url: '/required', headers: { cookie: `signet_token=${token}` } })
    assert.equal(statusCode, token === good ? 200 : 401, last)
  }
  await app.close()
})
