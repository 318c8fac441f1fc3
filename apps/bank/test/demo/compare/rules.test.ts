import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readServerTiming } from '../../../src/demo/compare/measure.js'
import { cookieOf } from '../../../src/demo/service-calls.js'

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
    ['auth; dur=1e-7 , store ; dur=2', { auth: 1e-7, store: 2 }],
    ['auth;dur=soon, store', {}],
    ['', {}],
  ] as const) {
    test(`${header}`, () => assert.deepEqual(Object.fromEntries(readServerTiming(header)), expected))
  }
})

describe('cookieOf', () => {
  const lines = [
    'signet_token=; Max-Age=0; Path=/',
    'signet_session=; Max-Age=0; Path=/',
    'signet_token=a.b.c; Max-Age=60; Path=/',
  ]
  test('returns the value without attributes, even of a cookie that is cleared first', () =>
    assert.equal(cookieOf(lines, 'signet_token'), 'a.b.c'))
  test('is empty for a cleared cookie', () => assert.equal(cookieOf(lines, 'signet_session'), ''))
  test('is empty for a longer name with the same prefix', () => assert.equal(cookieOf(lines, 'signet'), ''))
})
