import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError } from '@signet/service'
import { readRetirementConfig } from '../src/config.js'

const GOOD = {
  DATABASE_URL: 'postgresql://role:password@127.0.0.1:5432/retirement',
  SESSION_STORE_URL: 'redis://127.0.0.1:6379',
  JWT_SECRET: 'a-secret-for-tests-of-at-least-32-bytes',
}

describe('the configuration of retirement', () => {
  test('requires a secret or the URL of the public keys', () => {
    assert.equal(readRetirementConfig(GOOD).PORT, 3002)
    const { JWT_SECRET: _, ...rest } = GOOD
    const url = 'http://127.0.0.1:3001/.well-known/jwks.json'
    assert.equal(readRetirementConfig({ ...rest, JWT_JWKS_URL: url }).JWT_JWKS_URL, url)
  })

  const rows: ReadonlyArray<readonly [name: string, value: string | undefined, why: string]> = [
    ['JWT_SECRET', undefined, 'nothing to check a token by'],
    ['JWT_JWKS_URL', 'hunter2', 'no address'],
    ['JWT_JWKS_URL', 'file:///etc/hunter2', 'not http'],
  ]
  for (const [name, value, why] of rows) {
    test(`refuses ${name} ${value === undefined ? 'missing' : JSON.stringify(value)}, ${why}`, () => {
      assert.throws(
        () => readRetirementConfig({ ...GOOD, [name]: value }),
        (error) => {
          assert.ok(error instanceof ConfigError)
          assert.equal(error.lines.length, 1, error.message)
          assert.ok(error.message.startsWith(`${name} `), error.message)
          assert.doesNotMatch(error.message, /hunter2/)
          return true
        },
      )
    })
  }
})
