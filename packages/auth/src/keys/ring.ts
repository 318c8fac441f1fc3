import { createHash } from 'node:crypto'

/** One key of the ring. `alg` is fixed by the key, never by the token (RFC 8725 section 3.1). */
export interface RingKey {
  readonly kid: string
  readonly alg: 'HS256'
  readonly secret: string
}

/** The keys that verify, by `kid`, and the one of them that signs: the first. */
export interface KeyRing {
  readonly signingKey: RingKey
  readonly keys: ReadonlyMap<string, RingKey>
}

/** RFC 7518 section 3.2: an HS256 key has at least the 256 bits of the hash. */
const MIN_SECRET_BYTES = 32
const KID = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Reads `kid:secret,kid:secret` (or bare secrets, whose kid is derived from them). The first signs, all verify, so a
 * key is rotated by putting the new one in front and taking the old one away once its last token has expired.
 *
 * @throws {TypeError} says what is wrong and at which position; never repeats a secret.
 */
export function parseSecrets(text: string): KeyRing {
  const keys = new Map<string, RingKey>()
  let signingKey: RingKey | undefined
  for (const [index, entry] of text.trim().split(',').entries()) {
    const key = parseEntry(entry.trim(), index + 1)
    if (keys.has(key.kid)) throw new TypeError(`secret ${index + 1} repeats the kid of an earlier one`)
    keys.set(key.kid, key)
    signingKey ??= key
  }
  if (!signingKey) throw new TypeError('at least one secret is needed')
  return { signingKey, keys }
}

function parseEntry(entry: string, position: number): RingKey {
  const colon = entry.indexOf(':')
  const named = colon > 0 && KID.test(entry.slice(0, colon))
  const secret = named ? entry.slice(colon + 1) : entry
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    throw new TypeError(`secret ${position} must be at least ${MIN_SECRET_BYTES} bytes`)
  }
  // A PEM would be taken for a public key by libraries that guess; an HMAC secret is never one (RFC 8725 section 2.1).
  if (secret.includes('-----BEGIN')) throw new TypeError(`secret ${position} is a PEM key, not a shared secret`)
  return { kid: named ? entry.slice(0, colon) : deriveKid(secret), alg: 'HS256', secret }
}

/** A name for a secret that came without one: the same in every process, and no help in finding the secret. */
function deriveKid(secret: string): string {
  return createHash('sha256').update('signet-kid:').update(secret).digest('base64url').slice(0, 12)
}
