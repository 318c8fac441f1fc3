import { createHash } from 'node:crypto'
import { type KeyRing, keyRing, type SigningKey } from './ring.js'

/** RFC 7518 section 3.2: an HS256 key has at least the 256 bits of the hash. */
const MIN_SECRET_BYTES = 32
/** A random secret of 32 bytes has at least twice as many different characters, in any encoding. */
const MIN_DISTINCT_CHARACTERS = 5
const KID = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Reads `kid:secret,kid:secret` (or bare secrets, whose kid is derived from them). A shared secret also signs: every
 * service that verifies with it could forge.
 *
 * @throws {TypeError} says what is wrong and at which position; never repeats a secret.
 */
export function parseSecrets(text: string): KeyRing {
  return keyRing(
    text
      .trim()
      .split(',')
      .map((entry, index) => parseEntry(entry.trim(), index + 1)),
  )
}

function parseEntry(entry: string, position: number): SigningKey {
  const colon = entry.indexOf(':')
  const named = colon > 0 && KID.test(entry.slice(0, colon))
  const secret = named ? entry.slice(colon + 1) : entry
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    throw new TypeError(`secret ${position} must be at least ${MIN_SECRET_BYTES} bytes`)
  }
  if (new Set(secret).size < MIN_DISTINCT_CHARACTERS) {
    throw new TypeError(`secret ${position} must be random, not a few characters repeated`)
  }
  // A PEM would be taken for a public key by libraries that guess; an HMAC secret is never one (RFC 8725 section 2.1).
  if (secret.includes('-----BEGIN')) throw new TypeError(`secret ${position} is a PEM key, not a shared secret`)
  const kid = named ? entry.slice(0, colon) : deriveKid(secret)
  return { kid, alg: 'HS256', verificationKey: secret, signingKey: secret }
}

/** A name for a secret that came without one: the same in every process, and no help in finding the secret. */
function deriveKid(secret: string): string {
  return createHash('sha256').update('signet-kid:').update(secret).digest('base64url').slice(0, 12)
}
