// Runs the table of token attacks against both running services, by cookie and by header. Needs the tests' build.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { attacks } from '../../packages/auth/dist/test/plugins/attack-table.js'
import { CLAIMS, HEADER } from '../../packages/auth/dist/test/support.js'
import { assertResponse, call, claimsOf, headerOf, me, register } from './requests.mjs'
import { bank, retirement, world } from './shared-world.mjs'

/** Rows with placeholder tokens that are never sent: tests are named before there is a genuine token. */
const ROWS = attacks({
  header: HEADER,
  claims: CLAIMS,
  good: 'header.payload.signature',
  secret: 'a secret',
  otherKid: 'older',
  labToken: 'a lab token',
  nowSeconds: CLAIMS.iat,
  clockSeconds: 120,
})

/** Returns the same rows with forgeries of a genuine token. */
async function forgeRows(good) {
  const { data: labToken } = assertResponse(
    await call(bank, 'POST', '/labs/token', { token: good, body: {} }),
    200,
  ).body
  const claims = claimsOf(good)
  return attacks({
    header: headerOf(good),
    claims,
    good,
    secret: world.shared.JWT_SECRET.split(/[:,]/)[1],
    otherKid: 'older',
    labToken,
    nowSeconds: claims.iat,
    // Generous, because time passes while the table runs.
    clockSeconds: 120,
  })
}

const CARRIERS = [
  ['cookie', (token) => ({ headers: { cookie: `signet_token=${token}` } })],
  ['header', (token) => ({ bearer: token })],
]

for (const service of [bank, retirement]) {
  describe(`at the running ${service.name}`, { concurrency: 8 }, () => {
    let good
    let rows
    before(async () => {
      good = (await register(bank)).token
      rows = await forgeRows(good)
      assertResponse(await me(service, good), 200)
    })
    for (const [carrier, carriedBy] of CARRIERS) {
      for (const [index, [why, , code]] of ROWS.entries()) {
        test(`refuses by ${carrier}: ${why}`, async () => {
          assert.equal(rows[index][0], why)
          const response = assertResponse(await call(service, 'GET', '/api/me', carriedBy(rows[index][1])), 401, code)
          assert.match(response.headers.get('www-authenticate'), /^Bearer error="invalid_token"/)
          assert.deepEqual(response.cookies, {})
        })
      }
    }
    after(async () => {
      assertResponse(await me(service, good), 200)
    })
  })
}
