import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { keyRing, parsePrivateJwks, publicJwks } from '../../src/issuer.js'
import { parseSecrets } from '../../src/verifier.js'

const jwk = (kid: string) => ({ kid, ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) })
const set = (...keys: unknown[]) => JSON.stringify({ keys })

test('the first key signs, all verify, and only public keys are published', () => {
  const ring = parsePrivateJwks(set(jwk('new'), jwk('old')))
  assert.deepEqual([ring.first.kid, ring.first.alg], ['new', 'EdDSA'])
  const { keys } = publicJwks(ring)
  assert.deepEqual(
    keys.map((key) => Object.keys(key).sort()),
    Array(2).fill(['alg', 'crv', 'kid', 'kty', 'use', 'x']),
  )
})

test('shared secrets beside key pairs are not published', () => {
  const ring = keyRing([...parsePrivateJwks(set(jwk('pair'))).all, ...parseSecrets(`shared:${'secret'.repeat(6)}`).all])
  assert.deepEqual(
    publicJwks(ring).keys.map((key) => (key as { kid?: string }).kid),
    ['pair'],
  )
})

const { d: _, ...publicOnly } = jwk('public')
const rsa = { kid: 'rsa', ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }) }
const REFUSED: ReadonlyArray<readonly [why: string, text: string, sentence: RegExp]> = [
  ['not JSON', 'x', /not JSON/],
  ['no set', '{}', /no "keys" array/],
  ['an empty set', set(), /at least one key is required/],
  ['a public key', set(publicOnly), /key 1 is not a private Ed25519 key/],
  ['another kind of key', set(jwk('a'), rsa), /key 2 is not a private Ed25519 key/],
  ['no kid', set({ ...jwk('a'), kid: undefined }), /key 1 needs a kid/],
  ['one kid twice', set(jwk('a'), jwk('a')), /has the kid of a later one/],
  ['a key that is none', set({ ...jwk('a'), d: 'AA' }), /key 1 is invalid/],
  ['null', set(null), /key 1 is not a private Ed25519 key/],
]
for (const [why, text, sentence] of REFUSED) {
  test(`is refused: ${why}`, () => assert.throws(() => parsePrivateJwks(text), sentence))
}
