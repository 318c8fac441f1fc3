import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DELIVERY_TIMEOUT_MS, LEASE_MS, outcomeOf, waitMs } from '../../src/outbox/rules.js'

const random = fc.double({ min: 0, max: 1, noNaN: true })

test('a wait is never nothing, never longer than 4 s, or 30 s after a refusal, and at least half as long as it could be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.boolean(), random, (tries, refused, chance) => {
      const wait = waitMs({ tries, refused, random: chance })
      const longest = waitMs({ tries, refused, random: 1 })
      assert.ok(wait >= 125 && wait <= (refused ? 30_000 : 4_000), `${wait}`)
      assert.ok(wait * 2 >= longest - 1)
      assert.ok(waitMs({ tries: tries + 1, refused, random: 1 }) >= longest, 'no shorter after another try')
    }),
  )
})

test('what waits longest is still delivered within ten seconds of retirement coming back', () => {
  const longest = waitMs({ tries: 1_000, refused: false, random: 1 })
  assert.ok(Math.max(longest, LEASE_MS) + DELIVERY_TIMEOUT_MS < 10_000)
  assert.ok(DELIVERY_TIMEOUT_MS < LEASE_MS, 'nobody else tries while a delivery may still be under way')
})

test('every answer is one of three outcomes, and only 200 and 201 settle', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), (statusCode) => {
      const { kind } = outcomeOf(statusCode, undefined)
      assert.equal(kind === 'settled', statusCode === 200 || statusCode === 201)
      if (statusCode >= 500 || statusCode < 400) assert.notEqual(kind, 'refused')
    }),
  )
  for (const statusCode of [400, 403, 409, 413, 415, 422]) assert.equal(outcomeOf(statusCode, 'x').kind, 'refused')
  for (const statusCode of [401, 404, 405, 408, 429]) assert.equal(outcomeOf(statusCode, 'x').kind, 'unreachable')
})
