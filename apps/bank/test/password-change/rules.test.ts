import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayOmitPassword } from '../../src/password-change/rules.js'

test('the current password may be omitted after a passkey or a recovery code, and not after a password', () => {
  assert.deepEqual(
    [['hwk', 'user'], ['swk', 'user'], ['otp'], ['pwd'], [], ['user'], ['mfa']].map((amr) => mayOmitPassword({ amr })),
    [true, true, true, false, false, false, false],
  )
})

test('it may not be omitted without the proof of an authentication', () => {
  assert.equal(mayOmitPassword(null), false)
})
