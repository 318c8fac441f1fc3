import { LRUCache } from 'lru-cache'
import type { TokenIdentity } from '../identity.js'
import type { KeySource, RingKey } from '../keys/ring.js'

/** Tokens at most. One takes about 3 KB here with all that it says, so that all together stay under 32 MB. */
export const MAX_REMEMBERED_TOKENS = 10_000
/** Characters of tokens at most, for a company whose tokens are long: none of them stays for its length's sake. */
export const MAX_REMEMBERED_CHARACTERS = 10_485_760

interface Remembered {
  readonly identity: TokenIdentity
  readonly kid: string
  readonly alg: RingKey['alg']
  readonly verificationKey: string
}

export interface RememberedTokens {
  /**
   * Whom a token is of, if it was verified before, has not expired, and its key still counts. Whether its sign-in still
   * stands is for the caller to ask, every time.
   */
  find(token: string, nowSeconds: number): TokenIdentity | undefined
  /** Remembers a token whose spelling, key, signature, claims and time have all just been checked. */
  add(token: string, key: RingKey, identity: TokenIdentity): void
  forget(token: string): void
  count(): number
}

/**
 * Verified tokens, by the token itself: it has exactly one accepted spelling (`spelling.ts`), so whoever sends the same
 * characters sends the same token. Bounded; the one unused for longest goes first. Only tokens that verified come in, so
 * that nobody can push others out with made-up ones.
 */
export function rememberTokens(keys: KeySource): RememberedTokens {
  const tokens = new LRUCache<string, Remembered>({
    max: MAX_REMEMBERED_TOKENS,
    maxSize: MAX_REMEMBERED_CHARACTERS,
    sizeCalculation: (_remembered, token) => token.length,
  })
  return {
    find: (token, nowSeconds) => {
      const remembered = tokens.get(token)
      if (remembered === undefined) return undefined
      const { identity, kid, alg, verificationKey } = remembered
      if (nowSeconds < identity.claims.exp) {
        const key = keys.find(kid)
        // A key that was taken away takes its tokens with it; one that has to be fetched first is not known here.
        if (key !== undefined && !(key instanceof Promise)) {
          if (key.verificationKey === verificationKey && key.alg === alg) return identity
        } else if (key instanceof Promise) key.catch(() => {})
      }
      tokens.delete(token)
      return undefined
    },
    add: (token, { kid, alg, verificationKey }, identity) => {
      // A token that was cut out of a header would keep the whole header in memory: it is copied.
      tokens.set(Buffer.from(token, 'latin1').toString('latin1'), { identity, kid, alg, verificationKey })
    },
    forget: (token) => {
      tokens.delete(token)
    },
    count: () => tokens.size,
  }
}
