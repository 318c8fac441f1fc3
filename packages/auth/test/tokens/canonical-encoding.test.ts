import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCanonicalHeader } from '../../src/tokens/canonical-encoding.js'
import { CLAIMS, encode, forge, HEADER } from '../support.js'

const token = forge(CLAIMS)
const malformed = { code: 'token_malformed' }

test('the header of a canonical token is read', () => {
  assert.deepEqual(readCanonicalHeader(token), HEADER)
})

test('the size is checked before decoding', () => {
  assert.throws(() => readCanonicalHeader('x'.repeat(4_097)), { ...malformed, detail: 'longer than 4096 bytes' })
  assert.throws(() => readCanonicalHeader('x'.repeat(11), 10), { ...malformed, detail: 'longer than 10 bytes' })
})

test('JSON from a signer is canonical, and any other notation is not', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(' ', '\n', '\t'), (payload, blank) => {
      const text = JSON.stringify(payload)
      const [head = '', , signature = ''] = token.split('.')
      assert.deepEqual(readCanonicalHeader(`${head}.${encode(text)}.${signature}`, 65_536), HEADER)
      assert.throws(() => readCanonicalHeader(`${head}.${encode(blank + text)}.${signature}`, 65_536), malformed)
    }),
    { seed: 7515, numRuns: 500 },
  )
})

test('only the canonical last character is accepted', () => {
  const last = token.at(-1)
  const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter((one) => {
    const same = Buffer.from(token.slice(-3, -1) + one, 'base64url').equals(Buffer.from(token.slice(-3), 'base64url'))
    return one !== last && same
  })
  assert.equal(others.length, 3)
  for (const other of others) assert.throws(() => readCanonicalHeader(token.slice(0, -1) + other), malformed)
})
