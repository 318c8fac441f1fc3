import { LRUCache } from 'lru-cache'
import type { TokenIdentity } from '../identity.js'
import type { KeySource, RingKey } from '../keys/ring.js'

/** An entry takes about 3 KB with its claims, so that all together stay under 32 MB. */
export const MAX_CACHED_TOKENS = 10_000
/** Characters of all tokens together: bounds the cache where tokens are long. */
export const MAX_CACHED_CHARACTERS = 10_485_760

interface Entry {
  readonly key: RingKey
  readonly identity: TokenIdentity
}

export interface VerifiedTokenCache {
  /**
   * Returns the identity of a token that was verified before, has not expired, and whose key is still in use.
   *
   * Does *not* check whether its session was revoked: the caller does, on every request.
   */
  find(token: string, nowSeconds: number): TokenIdentity | undefined
  /** Adds a token that has just passed every check. */
  add(token: string, key: RingKey, identity: TokenIdentity): void
  count(): number
}

/**
 * Caches verified tokens, bounded, the least recently used evicted first. A token has one canonical encoding, so the string is
 * the token. Only verified tokens come in: made-up ones evict nothing.
 */
export function createVerifiedTokenCache(keys: KeySource): VerifiedTokenCache {
  const tokens = new LRUCache<string, Entry>({
    max: MAX_CACHED_TOKENS,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: (_entry, token) => token.length,
  })
  return {
    find: (token, nowSeconds) => {
      const entry = tokens.get(token)
      if (!entry) return undefined
      if (nowSeconds < entry.identity.claims.exp && isInUse(keys, entry.key)) return entry.identity
      tokens.delete(token)
      return undefined
    },
    add: (token, key, identity) => {
      // A substring of a header would keep the whole header in memory: it is copied.
      tokens.set(Buffer.from(token, 'latin1').toString('latin1'), { key, identity })
    },
    count: () => tokens.size,
  }
}

/** A removed key takes its tokens with it. A key that would have to be fetched first counts as removed. */
function isInUse(keys: KeySource, key: RingKey): boolean {
  const current = keys.find(key.kid)
  if (current instanceof Promise) {
    current.catch(() => {})
    return false
  }
  return current !== undefined && current.verificationKey === key.verificationKey && current.alg === key.alg
}
