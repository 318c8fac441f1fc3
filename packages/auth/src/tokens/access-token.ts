import Type, { type Static } from 'typebox'
import { AuthError } from '../errors.js'
import { EXP_SLACK_SECONDS, IAT_AHEAD_SECONDS } from '../lifetimes.js'
import { StatusReference, statusListId } from '../revocation/reference.js'
import { compileShape } from './compile-shape.js'
import type { VerifiedToken } from './verify-token.js'

/** RFC 9068, section 2.1: the `typ` of an access token. */
export const ACCESS_TOKEN_TYP = 'at+jwt'

const NumericDate = Type.Integer({ minimum: 0, maximum: 253_402_300_799 })
const Text = Type.String({ minLength: 1, maxLength: 256 })

/** Claims of an access token. Anyone who has a token can read them: they must never contain a secret. */
export const AccessTokenClaims = Type.Object({
  iss: Text,
  client_id: Text,
  aud: Type.Array(Text, { minItems: 1, maxItems: 16 }),
  sub: Text,
  id: Text,
  username: Text,
  name: Text,
  sid: Text,
  jti: Text,
  iat: NumericDate,
  exp: NumericDate,
  auth_time: NumericDate,
  amr: Type.Array(Text, { minItems: 1, maxItems: 8 }),
  status: Type.Object({ status_list: StatusReference }),
})
export type AccessTokenClaims = Static<typeof AccessTokenClaims>

/** All claims, because libraries accept a token without `aud`, `iss` or `exp`. */
export const REQUIRED_ACCESS_TOKEN_CLAIMS = Object.keys(AccessTokenClaims.properties)

const hasShape = compileShape<AccessTokenClaims>(AccessTokenClaims)

export interface AccessTokenRules {
  /** The issuer's public origin. */
  readonly issuer: string
  /** The application that signs users in: `client_id` (RFC 9068, section 2.2). */
  readonly clientId: string
  readonly accessTokenTtlSeconds: number
}

/**
 * Checks what `verify-token.ts` does not: the `typ` of an access token, the types of its claims and the rules between them (RFC
 * 9068, section 4).
 *
 * Does *not* check expiry, which a route may allow, or revocation.
 *
 * @param typ `at+jwt`, except for a token that does not authenticate a request
 * @throws {AuthError} `token_claims_invalid`
 */
export function checkAccessToken(
  { header, payload }: VerifiedToken,
  rules: AccessTokenRules,
  nowSeconds: number,
  typ: string = ACCESS_TOKEN_TYP,
): AccessTokenClaims {
  if (header.typ !== typ) throw invalid('another typ')
  if (!hasShape(payload)) {
    const [first] = hasShape.errors ?? []
    throw invalid(`${first?.instancePath ?? ''} ${first?.message ?? 'is wrong'}`.trim())
  }
  if (payload.client_id !== rules.clientId) throw invalid('another client_id')
  if (payload.sub !== payload.id) throw invalid('sub and id differ')
  if (payload.iat > nowSeconds + IAT_AHEAD_SECONDS) throw invalid('iat is in the future', 'token_not_yet_valid')
  if (payload.auth_time > payload.iat) throw invalid('auth_time is after iat')
  if (payload.exp <= payload.iat) throw invalid('exp is not after iat')
  if (payload.exp - payload.iat > rules.accessTokenTtlSeconds + EXP_SLACK_SECONDS) throw invalid('lifetime is too long')
  if (statusListId(rules.issuer, payload.status.status_list.uri) === undefined) {
    throw invalid('status is not a list of the issuer')
  }
  return payload
}

function invalid(detail: string, reason?: string): AuthError {
  return new AuthError('token_claims_invalid', detail, {}, undefined, reason)
}
