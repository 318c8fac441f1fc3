import { LRUCache } from 'lru-cache'
import type { TokenIdentity } from '../identity.js'
import type { KeySource, RingKey } from '../keys/ring.js'
import { SeenOnce } from './seen-once.js'

/** Tokens at most. One takes about 3 KB here with all that it says, so that all together stay under 32 MB. */
export const MAX_REMEMBERED_TOKENS = 10_000
/** Characters of tokens at most, for a company whose tokens are long: none of them stays for its length's sake. */
export const MAX_REMEMBERED_CHARACTERS = 10_485_760

interface Remembered {
  readonly token: string
  readonly key: RingKey
  readonly identity: TokenIdentity
}

export interface RememberedTokens {
  /**
   * Whom a token is of, if it was verified before, has not expired, and its key still counts. Whether its sign-in still
   * stands is for the caller to ask, every time.
   */
  find(token: string, nowSeconds: number): TokenIdentity | undefined
  /** Takes a token whose spelling, key, signature, claims and time have all just been checked: at its second sight it is kept. */
  add(token: string, key: RingKey, identity: TokenIdentity): void
  count(): number
}

/**
 * Verified tokens, each under its signature, which is shorter than the token and as much its own; then the whole token is
 * compared. It has exactly one accepted spelling (`spelling.ts`), so whoever sends the same characters sends the same
 * token. Bounded; the one unused for longest goes first. Only tokens that verified come in, so that nobody can push others
 * out with made-up ones, and only those that came twice: what is sent once would be copied and kept for nothing, which
 * costs more than verifying the others a second time.
 */
export function rememberTokens(keys: KeySource): RememberedTokens {
  const tokens = new LRUCache<string, Remembered>({
    max: MAX_REMEMBERED_TOKENS,
    maxSize: MAX_REMEMBERED_CHARACTERS,
    sizeCalculation: ({ token }) => token.length,
  })
  const seenOnce = new SeenOnce()
  return {
    find: (token, nowSeconds) => {
      const signature = signatureOf(token)
      const remembered = tokens.get(signature)
      if (remembered === undefined || remembered.token !== token) return undefined
      const { identity, key } = remembered
      if (nowSeconds < identity.claims.exp && stillCounts(keys, key)) return identity
      tokens.delete(signature)
      return undefined
    },
    add: (token, key, identity) => {
      if (!seenOnce.again(signatureOf(token))) return
      // A token that was cut out of a header would keep the whole header in memory: it is copied.
      const copy = Buffer.from(token, 'latin1').toString('latin1')
      tokens.set(signatureOf(copy), { token: copy, key, identity })
    },
    count: () => tokens.size,
  }
}

const signatureOf = (token: string): string => token.slice(token.lastIndexOf('.') + 1)

/** A key that was taken away takes its tokens with it; one that has to be fetched first is not known here. */
function stillCounts(keys: KeySource, key: RingKey): boolean {
  const now = keys.find(key.kid)
  if (now === key) return true
  if (now instanceof Promise) {
    now.catch(() => {})
    return false
  }
  return now !== undefined && now.verificationKey === key.verificationKey && now.alg === key.alg
}
