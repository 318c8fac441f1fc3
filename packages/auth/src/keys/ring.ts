/** A key of a ring. The key determines `alg`, never the token (RFC 8725, section 3.1). */
export interface RingKey {
  readonly kid: string
  readonly alg: 'HS256' | 'EdDSA'
  /** The shared secret, or the public key as PEM. */
  readonly verificationKey: string
}

/** A key that can also sign: the shared secret, or a private key as PEM. */
export interface SigningKey extends RingKey {
  readonly signingKey: string
}

/** Finds the key that a token names. */
export interface KeySource {
  /** Returns undefined for an unknown `kid`, and a promise if the key must be fetched first. */
  find(kid: string): RingKey | undefined | Promise<RingKey | undefined>
}

/** The keys of the issuer: the first signs, all verify. */
export interface KeyRing extends KeySource {
  readonly first: SigningKey
  readonly all: readonly SigningKey[]
  find(kid: string): SigningKey | undefined
}

/**
 * Creates a ring of these keys in this order. To rotate a key, insert the new one in front, and remove the old one after its last
 * token has expired.
 *
 * @throws {TypeError} without a key, or when two keys have the same `kid`
 */
export function keyRing(keys: readonly SigningKey[]): KeyRing {
  const [first] = keys
  if (!first) throw new TypeError('at least one key is required')
  const byKid = new Map(keys.map((key) => [key.kid, key]))
  const repeated = keys.findIndex((key) => byKid.get(key.kid) !== key)
  if (repeated !== -1) throw new TypeError(`key ${repeated + 1} has the kid of a later one`)
  return { first, all: keys, find: (kid) => byKid.get(kid) }
}

/**
 * Combines two key sources: the first that has a `kid` wins. For a migration from shared secrets to key pairs.
 *
 * @throws {TypeError} without a source
 */
export function combineKeySources(first: KeySource | undefined, second: KeySource | undefined): KeySource {
  if (!first || !second) {
    const only = first ?? second
    if (!only) throw new TypeError('at least one key source is required')
    return only
  }
  return { find: (kid) => first.find(kid) ?? second.find(kid) }
}
