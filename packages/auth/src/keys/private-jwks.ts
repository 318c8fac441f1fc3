import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { type KeyRing, keyRing, type SigningKey } from './ring.js'

/**
 * Parses a private JWKS (RFC 7517) of Ed25519 keys (RFC 8037), each with a `kid`. The first signs, all verify.
 *
 * @throws {TypeError} names the problem and the position, never a key
 */
export function parsePrivateJwks(text: string): KeyRing {
  let keys: unknown
  try {
    keys = (JSON.parse(text) as { keys?: unknown }).keys
  } catch {
    throw new TypeError('not JSON')
  }
  if (!Array.isArray(keys)) throw new TypeError('no "keys" array')
  return keyRing(keys.map((jwk: unknown, index) => parseKey(jwk, index + 1)))
}

function parseKey(jwk: unknown, position: number): SigningKey {
  const { kid, kty, crv, d } = (jwk ?? {}) as JsonWebKey & { kid?: unknown }
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof d !== 'string') {
    throw new TypeError(`key ${position} is not a private Ed25519 key`)
  }
  if (typeof kid !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(kid)) {
    throw new TypeError(`key ${position} needs a kid of 1 to 64 letters, digits, dots, dashes or underscores`)
  }
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })
  } catch {
    throw new TypeError(`key ${position} is invalid`)
  }
  return {
    kid,
    alg: 'EdDSA',
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    verificationKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** Returns the public keys, as `/.well-known/jwks.json` publishes them. Omits shared secrets, which have none. */
export function publicJwks(ring: KeyRing): { keys: JsonWebKey[] } {
  const pairs = ring.all.filter(({ alg }) => alg === 'EdDSA')
  return {
    keys: pairs.map(({ kid, alg, verificationKey }) => {
      const { kty, crv, x } = createPublicKey(verificationKey).export({ format: 'jwk' })
      return { kid, kty, crv, x, alg, use: 'sig' } as JsonWebKey
    }),
  }
}
