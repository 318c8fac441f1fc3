import { createHash } from 'node:crypto'
import { type KeyRing, keyRing, type SigningKey } from './ring.js'

/** RFC 7518, section 3.2: an HS256 key has at least the 256 bits of the hash. */
const MIN_SECRET_BYTES = 32
const KID = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Parses `kid:secret,kid:secret`, or bare secrets, from which a kid is derived. A shared secret also signs: every service that
 * verifies with it could forge tokens.
 *
 * @throws {TypeError} names the problem and the position, never a secret
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
  if (new Set(secret).size === 1) throw new TypeError(`secret ${position} must be random, not one character repeated`)
  // Some libraries would treat a PEM as a public key. An HMAC secret never is one (RFC 8725, section 2.1).
  if (secret.includes('-----BEGIN')) throw new TypeError(`secret ${position} is a PEM key, not a shared secret`)
  const kid = named ? entry.slice(0, colon) : deriveKid(secret)
  return { kid, alg: 'HS256', verificationKey: secret, signingKey: secret }
}

/** Derives the kid of a bare secret: the same in every process, and useless for finding the secret. */
function deriveKid(secret: string): string {
  return createHash('sha256').update('signet-kid:').update(secret).digest('base64url').slice(0, 12)
}
