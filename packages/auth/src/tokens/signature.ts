import { createHmac, createPublicKey, createSecretKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { RingKey } from '../keys/ring.js'

/** Keys as the cryptography wants them, made once: reading a PEM takes longer than verifying with it. */
const prepared = new WeakMap<RingKey, KeyObject>()

function prepare(key: RingKey): KeyObject {
  const { alg, verificationKey } = key
  const made = alg === 'HS256' ? createSecretKey(verificationKey, 'utf8') : createPublicKey(verificationKey)
  prepared.set(key, made)
  return made
}

/** 32 bytes in base64url. */
const MAC_CHARACTERS = 43
const expected = Buffer.alloc(MAC_CHARACTERS)
const given = Buffer.alloc(MAC_CHARACTERS)

/**
 * Whether a JWS signature (RFC 7515 section 5.2) is this key's: HMAC-SHA256 (RFC 7518 section 3.2), compared in constant
 * time, or Ed25519 (RFC 8037 section 3.1). The algorithm is the key's own; what the token says of it is not looked at.
 *
 * @param signingInput the token up to its second dot.
 * @param signature what follows that dot, in base64url. Of an Ed25519 signature the spelling is *not* checked: see `spelling.ts`.
 */
export function isSignedWith(key: RingKey, signingInput: string, signature: string): boolean {
  const keyObject = prepared.get(key) ?? prepare(key)
  if (key.alg === 'EdDSA')
    return verify(null, Buffer.from(signingInput), keyObject, Buffer.from(signature, 'base64url'))
  if (signature.length !== MAC_CHARACTERS) return false
  // As text: a signature has one spelling, and buffers made for each token take longer than comparing them.
  expected.write(createHmac('sha256', keyObject).update(signingInput).digest('base64url'), 'latin1')
  given.write(signature, 'latin1')
  return timingSafeEqual(given, expected)
}
