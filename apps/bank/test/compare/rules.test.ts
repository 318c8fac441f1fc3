import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cookiePair, median, readServerTiming } from '../../src/compare/rules.js'

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

describe('Server-Timing', () => {
  for (const [header, expected] of [
    ['auth;dur=0.412', { auth: 0.412 }],
    ['auth;dur=1.5, store;dur=1.2', { auth: 1.5, store: 1.2 }],
    ['auth;desc="who";dur=2', { auth: 2 }],
    ['auth;dur=soon, store', {}],
    [null, {}],
  ] as const) {
    test(`${header}`, () => assert.deepEqual(Object.fromEntries(readServerTiming(header)), expected))
  }
})

describe('the cookie that an answer sets', () => {
  const lines = ['signet_session=; Max-Age=0; Path=/', 'signet_token=a.b.c; Max-Age=60; Path=/']
  test('is sent back without its attributes', () =>
    assert.equal(cookiePair(lines, 'signet_token'), 'signet_token=a.b.c'))
  test('is none where it is cleared', () => assert.equal(cookiePair(lines, 'signet_session'), undefined))
  test('is none where its name only begins the same', () => assert.equal(cookiePair(lines, 'signet'), undefined))
})
