import { AuthError } from '../errors.js'
import type { KeySource, RingKey } from '../keys/ring.js'
import { ACCESS_TOKEN_TYP, type AccessTokenClaims, type ClaimExpectations, checkClaims } from '../tokens/claims.js'
import { type OpenedToken, openToken } from '../tokens/open.js'

export interface TokenVerification extends ClaimExpectations {
  readonly keys: KeySource
}

export interface VerifiedToken {
  readonly claims: AccessTokenClaims
  /** The key that it was verified with. */
  readonly key: RingKey
}

/**
 * What an access token says, once its spelling, key, signature, `typ` and claims have held (RFC 7515 section 5.2, RFC 7519
 * section 7.2). At once, unless its key has to be fetched first.
 *
 * Does *not* check whether it has expired or its sign-in was ended.
 *
 * @throws {AuthError} `token_malformed`, `token_signature_invalid`, `token_claims_invalid`; `unavailable` while keys
 *   cannot be fetched.
 */
export function verifyToken(
  token: string,
  options: TokenVerification,
  nowSeconds: number,
  typ: string = ACCESS_TOKEN_TYP,
): VerifiedToken | Promise<VerifiedToken> {
  const judge = ({ header, payload, key }: OpenedToken): VerifiedToken => {
    if (header.typ !== typ) throw new AuthError('token_claims_invalid', 'typ is another')
    return { claims: checkClaims(payload, options, nowSeconds), key }
  }
  const opened = openToken(token, options.keys)
  return opened instanceof Promise ? opened.then(judge) : judge(opened)
}
