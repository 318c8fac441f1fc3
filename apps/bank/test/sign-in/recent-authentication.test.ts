import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAuthenticationRecent } from '../../src/sign-in/rules.js'

test('an authentication is recent for five minutes, to the second', () => {
  const at = (ageSeconds: number) => isAuthenticationRecent(1_000, new Date((1_000 + ageSeconds) * 1000 + 999))
  assert.deepEqual([at(0), at(300), at(301)], [true, true, false])
})
