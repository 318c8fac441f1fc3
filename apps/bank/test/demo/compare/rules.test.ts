import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cookiePair, median, readServerTiming } from '../../../src/demo/compare/rules.js'

describe('median', () => {
  for (const [values, expected] of [
    [[], 0],
    [[3], 3],
    [[10, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ] as const) {
    test(`of ${values.join(', ') || 'nothing'} is ${expected}`, () => assert.equal(median(values), expected))
  }
})

test('a median is in the middle, for any order of the values', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
      const middle = median(values)
      assert.equal(median(values.toReversed()), middle)
      const half = values.length / 2
      assert.ok(values.filter((value) => value < middle).length <= half)
      assert.ok(values.filter((value) => value > middle).length <= half)
    }),
  )
})

describe('Server-Timing', () => {
  test('is parsed without loss, and every header parses to finite numbers', () => {
    const entry = fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.double({ min: 0, max: 1e6, noNaN: true }))
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ([name]) => name }), (entries) => {
        const header = entries.map(([name, ms]) => `${name};dur=${ms}`).join(', ')
        assert.deepEqual([...readServerTiming(header)], entries)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (header) => {
        for (const ms of readServerTiming(header).values()) assert.ok(Number.isFinite(ms))
      }),
    )
  })

  for (const [header, expected] of [
    ['auth;dur=0.412', { auth: 0.412 }],
    ['auth;dur=1.5, store;dur=1.2', { auth: 1.5, store: 1.2 }],
    ['auth;desc="who";dur=2', { auth: 2 }],
    ['auth;dur=soon, store', {}],
    ['', {}],
  ] as const) {
    test(`${header}`, () => assert.deepEqual(Object.fromEntries(readServerTiming(header)), expected))
  }
})

describe('cookiePair', () => {
  const lines = ['signet_session=; Max-Age=0; Path=/', 'signet_token=a.b.c; Max-Age=60; Path=/']
  test('returns the cookie without its attributes', () =>
    assert.equal(cookiePair(lines, 'signet_token'), 'signet_token=a.b.c'))
  test('returns undefined for a cleared cookie', () => assert.equal(cookiePair(lines, 'signet_session'), undefined))
  test('returns undefined for a longer name with the same prefix', () =>
    assert.equal(cookiePair(lines, 'signet'), undefined))
})
