import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayOmitPassword } from '../../src/password-change/rules.js'

const at = (amr: readonly string[], ageSeconds = 0) =>
  mayOmitPassword({ authTimeSeconds: 1_000, claims: { amr } }, new Date((1_000 + ageSeconds) * 1000 + 999))

test('the current password may be omitted after a passkey or a recovery code, and not after a password', () => {
  assert.deepEqual(
    [['hwk', 'user'], ['swk', 'user'], ['otp'], ['pwd'], [], ['user'], ['mfa']].map((amr) => at(amr)),
    [true, true, true, false, false, false, false],
  )
})

test('it may be omitted for five minutes, to the second', () => {
  assert.deepEqual([at(['hwk'], 300), at(['hwk'], 301)], [true, false])
})
