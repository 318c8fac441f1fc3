// The table of attacks on tokens, row by row, at both running services, by cookie and by header. Needs the tests' build.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { attacks } from '../../packages/auth/dist/test/plugins/attack-table.js'
import { assertAnswer, call, claimsOf, headerOf, me, register } from './requests.mjs'
import { bank, retirement, world } from './shared-world.mjs'

const { token: good } = await register(bank)
const { data: labToken } = assertAnswer(await call(bank, 'POST', '/labs/token', { token: good, body: {} }), 200).body
const claims = claimsOf(good)

const ATTACKS = attacks({
  header: headerOf(good),
  claims,
  good,
  secret: world.shared.JWT_SECRET.split(/[:,]/)[1],
  otherKid: 'older',
  labToken,
  nowSeconds: claims.iat,
  // Time goes on while the table is worked through.
  clockSeconds: 120,
})
const CARRIERS = [
  ['cookie', (token) => ({ headers: { cookie: `signet_token=${token}` } })],
  ['header', (token) => ({ bearer: token })],
]

for (const service of [bank, retirement]) {
  describe(`at the running ${service.name}`, { concurrency: 8 }, () => {
    before(async () => {
      assertAnswer(await me(service, good), 200)
    })
    for (const [carrier, carriedBy] of CARRIERS) {
      for (const [why, token, code] of ATTACKS) {
        test(`refuses by ${carrier}: ${why}`, async () => {
          const answer = assertAnswer(await call(service, 'GET', '/api/me', carriedBy(token)), 401, code)
          assert.match(answer.headers.get('www-authenticate'), /^Bearer error="invalid_token"/)
          assert.deepEqual(answer.cookies, {})
        })
      }
    }
    after(async () => {
      assertAnswer(await me(service, good), 200)
    })
  })
}
