/** One key of a ring. `alg` is fixed by the key, never by the token (RFC 8725 section 3.1). */
export interface RingKey {
  readonly kid: string
  readonly alg: 'HS256' | 'EdDSA'
  /** What verifies: the shared secret itself, or the public key as PEM. */
  readonly verificationKey: string
}

/** A key that also signs: with the shared secret, or with a private key as PEM. */
export interface SigningKey extends RingKey {
  readonly signingKey: string
}

/** Where a verifier finds the key that a token names. */
export interface KeySource {
  /** Returns undefined for an unknown `kid`, and a promise where the key has to be fetched first. */
  find(kid: string): RingKey | undefined | Promise<RingKey | undefined>
}

/** The keys of a service that signs: the first signs, all verify. */
export interface KeyRing extends KeySource {
  readonly first: SigningKey
  readonly all: readonly SigningKey[]
  find(kid: string): SigningKey | undefined
}

/**
 * A ring of these keys, in this order. A key is rotated by putting the new one in front, and taking the old one away once
 * its last token has expired.
 *
 * @throws {TypeError} without a key, or when two have one `kid`.
 */
export function keyRing(keys: readonly SigningKey[]): KeyRing {
  const [first] = keys
  if (!first) throw new TypeError('at least one key is needed')
  const byKid = new Map(keys.map((key) => [key.kid, key]))
  const repeated = keys.findIndex((key) => byKid.get(key.kid) !== key)
  if (repeated !== -1) throw new TypeError(`key ${repeated + 1} has the kid of a later one`)
  return { first, all: keys, find: (kid) => byKid.get(kid) }
}
