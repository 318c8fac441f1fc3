import { AuthError } from '../errors.js'
import type { KeySource, RingKey } from '../keys/ring.js'
import { isSignedWith } from './signature.js'
import { type CompactToken, parseCompact } from './spelling.js'

export interface OpenedToken extends CompactToken {
  /** The key that it was verified with. */
  readonly key: RingKey
}

/**
 * What any token of ours says, once its spelling, its key, that key's `alg` and its signature have held (RFC 7515 section
 * 5.2, RFC 8725 section 3.1): access tokens, messages and status lists all come in here. At once, unless the key has to be
 * fetched first.
 *
 * Does *not* check `typ`, or any claim but that there is no `nbf`.
 *
 * @throws {AuthError} `token_malformed`, `token_signature_invalid`, `token_claims_invalid`; `unavailable` while keys cannot
 *   be fetched.
 */
export function openToken(token: string, keys: KeySource, maxBytes?: number): OpenedToken | Promise<OpenedToken> {
  const compact = parseCompact(token, maxBytes)
  const key = keys.find(compact.header.kid)
  return key instanceof Promise ? key.then((fetched) => opened(token, compact, fetched)) : opened(token, compact, key)
}

function opened(token: string, { header, payload }: CompactToken, key: RingKey | undefined): OpenedToken {
  if (!key) throw invalid('unknown kid')
  if (header.alg !== key.alg) throw invalid('alg is not the one of the key')
  const dot = token.lastIndexOf('.')
  if (!isSignedWith(key, token.slice(0, dot), token.slice(dot + 1))) throw invalid('not signed with this key')
  // RFC 7519 section 4.1.5. Nothing that is signed here begins later than it was made, so that no time has to be looked at.
  if ('nbf' in payload) throw new AuthError('token_claims_invalid', 'nbf is in no token of ours')
  return { header, payload, key }
}

const invalid = (detail: string): AuthError => new AuthError('token_signature_invalid', detail)
