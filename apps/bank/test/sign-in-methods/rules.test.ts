import assert from 'node:assert/strict'
import { test } from 'node:test'
import { survivesLoss } from '../../src/sign-in-methods/rules.js'

const CASES: ReadonlyArray<readonly [expected: boolean, hasPassword: boolean, passkeys: number, unusedCodes: number]> =
  [
    [true, true, 0, 0],
    [true, true, 1, 0],
    [false, false, 0, 0],
    // Ten logins, and then none.
    [false, false, 0, 10],
    [false, false, 1, 0],
    [true, false, 1, 1],
    [true, false, 2, 0],
    [true, false, 10, 10],
  ]

for (const [expected, hasPassword, passkeys, unusedCodes] of CASES) {
  const named = `${hasPassword ? 'a' : 'no'} password, ${passkeys} passkeys, ${unusedCodes} codes`
  test(`a user with ${named} ${expected ? 'survives' : 'does not survive'} the loss of a passkey`, () => {
    assert.equal(survivesLoss({ hasPassword, passkeys, unusedCodes }), expected)
  })
}
