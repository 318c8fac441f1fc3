import { LRUCache } from 'lru-cache'
import type { TokenIdentity } from '../identity.js'
import type { KeySource, RingKey } from '../keys/ring.js'

/** An entry takes about 3 KB with its claims, so the cache stays below 32 MB. */
export const MAX_CACHED_TOKENS = 10_000
/** Maximum characters of all tokens together, for long tokens. */
export const MAX_CACHED_CHARACTERS = 10_485_760

interface Entry {
  readonly token: string
  readonly key: RingKey
  readonly identity: TokenIdentity
}

export interface VerifiedTokenCache {
  /**
   * Returns the identity of a cached token that has not expired and whose key is still in use.
   *
   * Does *not* check revocation: the caller must do that on every request.
   */
  find(token: string, nowSeconds: number): TokenIdentity | undefined
  /** Adds a token that has passed every check. */
  add(token: string, key: RingKey, identity: TokenIdentity): void
  count(): number
}

/**
 * Creates a bounded cache of verified tokens that evicts the least recently used. A token has one canonical encoding, so its string
 * identifies it. Only verified tokens are added, so forged ones evict nothing.
 */
export function createVerifiedTokenCache(keys: KeySource): VerifiedTokenCache {
  const tokens = new LRUCache<string, Entry>({
    max: MAX_CACHED_TOKENS,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: ({ token }) => token.length,
  })
  return {
    find: (token, nowSeconds) => {
      const entry = tokens.get(signatureOf(token))
      if (entry?.token !== token) return undefined
      if (nowSeconds < entry.identity.claims.exp && isInUse(keys, entry.key)) return entry.identity
      tokens.delete(signatureOf(token))
      return undefined
    },
    add: (token, key, identity) => {
      // Copied, because a substring would keep the whole header in memory.
      const copy = Buffer.from(token, 'latin1').toString('latin1')
      tokens.set(signatureOf(copy), { token: copy, key, identity })
    },
    count: () => tokens.size,
  }
}

/** The signature is the key of the map: V8 hashes every character of a key, and a whole token has twenty times as many. */
const signatureOf = (token: string): string => token.slice(token.lastIndexOf('.') + 1)

/** Returns whether a key is in use. The tokens of a removed key are dropped. A key that must be fetched first counts as removed. */
function isInUse(keys: KeySource, key: RingKey): boolean {
  const current = keys.find(key.kid)
  if (current instanceof Promise) {
    current.catch(() => {})
    return false
  }
  return current !== undefined && current.verificationKey === key.verificationKey && current.alg === key.alg
}
