import type { FastifyRequest } from 'fastify'
import { AuthError, type AuthErrorCode } from '../errors.js'
import type { KeySource, RingKey } from '../keys/ring.js'
import { ACCESS_TOKEN_TYP, type AccessTokenClaims, type ClaimExpectations, checkClaims } from '../tokens/claims.js'
import { parseCompact } from '../tokens/spelling.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** What `@fastify/jwt` is just verifying, and with which key. Never log it. */
    tokenUnderCheck: { readonly token: string; readonly key: RingKey } | null
  }
}

export interface TokenVerification extends ClaimExpectations {
  readonly keys: KeySource
}

export interface VerifiedToken {
  readonly claims: AccessTokenClaims
  /** The key that it was verified with. */
  readonly key: RingKey
}

/**
 * What a token says, once its spelling, key, signature and claims have held (RFC 7515 section 5.2, RFC 7519 section 7.2).
 * `@fastify/jwt` must be registered as `authentication` does.
 *
 * Does *not* check whether it has expired or its sign-in was ended.
 *
 * @throws {AuthError} `token_malformed`, `token_signature_invalid`, `token_claims_invalid`
 */
export async function verifyToken(
  request: FastifyRequest,
  token: string,
  options: TokenVerification,
  nowSeconds: number,
  typ: string = ACCESS_TOKEN_TYP,
): Promise<VerifiedToken> {
  const { header } = parseCompact(token)
  const key = await options.keys.find(header.kid)
  if (!key) throw new AuthError('token_signature_invalid', 'unknown kid')
  if (header.alg !== key.alg) throw new AuthError('token_signature_invalid', 'alg is not the one of the key')
  request.tokenUnderCheck = { token, key }
  const payload = await request
    .jwtVerify(typ === ACCESS_TOKEN_TYP ? undefined : { checkTyp: typ })
    .catch(refuse)
    .finally(() => {
      request.tokenUnderCheck = null
    })
  // The library also takes it in capitals and with `application/` before it; a token has one spelling.
  if (header.typ !== typ) throw new AuthError('token_claims_invalid', 'typ is spelt another way')
  return { claims: checkClaims(payload, options, nowSeconds), key }
}

/** What `@fastify/jwt` and fast-jwt say of a well-formed token whose `alg` is the key's: wrong `typ`, wrong signature. */
const LIBRARY_REFUSALS: Readonly<Record<string, AuthErrorCode>> = {
  FAST_JWT_INVALID_TYPE: 'token_claims_invalid',
  FST_JWT_AUTHORIZATION_TOKEN_INVALID: 'token_signature_invalid',
}

function refuse(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? LIBRARY_REFUSALS[String(error.code)] : undefined
  throw code !== undefined && error instanceof Error ? new AuthError(code, error.message) : error
}
