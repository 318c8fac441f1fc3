import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'
import { AuthError } from '../errors.js'
import { EXP_SLACK_SECONDS, IAT_AHEAD_SECONDS } from '../lifetimes.js'
import { StatusReference, statusListId } from '../revocation/reference.js'

/** RFC 9068 section 2.1: says that this JWT is an access token and no other kind. */
export const ACCESS_TOKEN_TYP = 'at+jwt'

/** The one application that signs people in (RFC 9068 section 2.2). */
export const CLIENT_ID = 'bank'

const NumericDate = Type.Integer({ minimum: 0, maximum: 253_402_300_799 })
const Text = Type.String({ minLength: 1, maxLength: 256 })

/** What is in a token. Anyone who holds it can read it: nothing here is secret, and nothing here may become so. */
export const AccessTokenClaims = Type.Object({
  iss: Text,
  client_id: Type.Literal(CLIENT_ID),
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

const hasShape = new Ajv().compile<AccessTokenClaims>(AccessTokenClaims)

export interface ClaimExpectations {
  /** The bank's public origin. */
  readonly issuer: string
  /** The public origin of the service that asks. */
  readonly audience: string
  readonly accessTokenTtlSeconds: number
}

/**
 * Checks every claim of a token whose signature has already been verified: present, of the right type, and meant for
 * this service (RFC 7519 section 4.1, RFC 9068 section 4). Libraries accept a token that lacks `aud`, `iss` or `exp`.
 *
 * Does *not* check expiry (see `assertNotExpired`: a sign-out must also work with an expired token), the signature,
 * or whether the sign-in was withdrawn.
 *
 * @throws {AuthError} `token_claims_invalid`
 */
export function checkClaims(payload: unknown, expected: ClaimExpectations, nowSeconds: number): AccessTokenClaims {
  if (!hasShape(payload)) {
    const [first] = hasShape.errors ?? []
    throw invalid(`${first?.instancePath ?? ''} ${first?.message ?? 'is wrong'}`.trim())
  }
  if (payload.iss !== expected.issuer) throw invalid('iss is not the bank')
  if (!payload.aud.includes(expected.audience)) throw invalid('aud does not name this service')
  if (payload.sub !== payload.id) throw invalid('sub and id differ')
  if (payload.iat > nowSeconds + IAT_AHEAD_SECONDS) throw invalid('iat lies in the future')
  if (payload.auth_time > payload.iat) throw invalid('auth_time is after iat')
  if (payload.exp <= payload.iat) throw invalid('exp is not after iat')
  if (payload.exp - payload.iat > expected.accessTokenTtlSeconds + EXP_SLACK_SECONDS) throw invalid('lives too long')
  if (statusListId(expected.issuer, payload.status.status_list.uri) === undefined)
    throw invalid('status is not a list of the bank')
  return payload
}

/** @throws {AuthError} `token_expired` from the second on that `exp` names (RFC 7519 section 4.1.4). */
export function assertNotExpired(claims: AccessTokenClaims, nowSeconds: number): void {
  if (nowSeconds >= claims.exp) throw new AuthError('token_expired', `expired at ${claims.exp}`)
}

function invalid(detail: string): AuthError {
  return new AuthError('token_claims_invalid', detail)
}
