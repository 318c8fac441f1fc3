import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { isUsablePublicKey } from '../../src/passkeys/verify-registration.js'

const bytes = (text = '') => new Uint8Array(Buffer.from(text, 'base64url'))
const jwkOf = ({ publicKey }: { publicKey: KeyObject }) => publicKey.export({ format: 'jwk' })
const usable = (...members: [number, unknown][]) => isUsablePublicKey(new Map(members))

const { x, y } = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
const { x: ed } = jwkOf(generateKeyPairSync('ed25519'))
const rsa = (modulusLength: number, publicExponent = 65_537) => {
  const { n, e } = jwkOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }))
  return usable([1, 3], [3, -257], [-1, bytes(n)], [-2, bytes(e)])
}

test('a key of each algorithm that is offered is usable', () => {
  assert.ok(usable([1, 2], [3, -7], [-1, 1], [-2, bytes(x)], [-3, bytes(y)]))
  assert.ok(usable([1, 1], [3, -8], [-1, 6], [-2, bytes(ed)]))
  assert.ok(rsa(2_048))
})

test('a key that could never sign in, or is weak, is not', () => {
  const off = bytes(y)
  off[31] = (off[31] ?? 0) ^ 1
  assert.equal(usable([1, 2], [3, -7], [-1, 1], [-2, bytes(x)], [-3, off]), false, 'a point beside the curve')
  assert.equal(usable([1, 2], [3, -7], [-1, 2], [-2, bytes(x)], [-3, bytes(y)]), false, 'another curve')
  assert.equal(usable([1, 2], [3, -8], [-1, 1], [-2, bytes(x)], [-3, bytes(y)]), false, 'another algorithm')
  assert.equal(usable([1, 2], [3, -7], [-1, 1], [-2, 'text'], [-3, bytes(y)]), false, 'no bytes')
  assert.equal(usable([1, 1], [3, -8], [-1, 6], [-2, bytes(ed).subarray(1)]), false, '31 bytes')
  assert.equal(rsa(1_024), false, 'a short modulus')
  assert.equal(rsa(2_048, 3), false, 'a small exponent')
  assert.equal(usable(), false, 'nothing')
})
