import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'
import { AuthError } from '../errors.js'
import { IAT_AHEAD_SECONDS, MESSAGE_TTL_SECONDS } from '../lifetimes.js'
import { STATUS_LIST_TYP } from '../revocation/status-token.js'
import { ACCESS_TOKEN_TYP } from './claims.js'
import { LAB_TOKEN_TYP } from './lab.js'

const NumericDate = Type.Integer({ minimum: 0, maximum: 253_402_300_799 })
const Text = Type.String({ minLength: 1, maxLength: 256 })

/** What every message from one service to another says, beside what its own kind adds. */
export const MessageClaims = Type.Object({
  iss: Text,
  /** The one service that may take it: as text, or as a list of one (RFC 7519 section 4.1.3). */
  aud: Type.Union([Text, Type.Array(Text, { minItems: 1, maxItems: 1 })]),
  sub: Text,
  jti: Text,
  iat: NumericDate,
  exp: NumericDate,
})
export type MessageClaims = Static<typeof MessageClaims>

const RESERVED_TYPS = [ACCESS_TOKEN_TYP, STATUS_LIST_TYP, LAB_TOKEN_TYP]

/** @throws {TypeError} for a `typ` that is no kind of message: one kind must never pass for another (RFC 8725 section 3.11). */
export function messageTyp(typ: string): string {
  if (!/^[a-z]+\+jwt$/.test(typ) || RESERVED_TYPS.includes(typ)) throw new TypeError(`${typ} is no kind of message`)
  return typ
}

/**
 * Checks the claims of a message whose signature and `typ` have been verified: those that every message has, and by
 * `schema` (JSON Schema) those of its kind.
 *
 * Does *not* remember what it has seen: whoever acts on a message acts on its `jti` once.
 *
 * @throws {AuthError} `token_claims_invalid`, `token_expired`
 */
export function messageChecker<Claims extends object>(expected: {
  readonly issuer: string
  readonly audience: string
  readonly schema: object
}): (payload: unknown, nowSeconds: number) => MessageClaims & Claims {
  const ajv = new Ajv()
  const hasShape = ajv.compile<MessageClaims>(MessageClaims)
  const isOfKind = ajv.compile<MessageClaims & Claims>(expected.schema)
  return (payload, nowSeconds) => {
    if (!hasShape(payload)) throw invalid(wrong(hasShape.errors))
    if (payload.iss !== expected.issuer) throw invalid('iss is not the bank')
    if ([payload.aud].flat()[0] !== expected.audience) throw invalid('aud is not this service')
    if (payload.iat > nowSeconds + IAT_AHEAD_SECONDS) throw invalid('iat lies in the future')
    if (payload.exp <= payload.iat) throw invalid('exp is not after iat')
    if (payload.exp - payload.iat > MESSAGE_TTL_SECONDS) throw invalid('lives too long')
    if (!isOfKind(payload)) throw invalid(wrong(isOfKind.errors))
    if (nowSeconds >= payload.exp) throw new AuthError('token_expired', `expired at ${payload.exp}`)
    return payload
  }
}

const wrong = (errors: typeof Ajv.prototype.errors): string =>
  `${errors?.[0]?.instancePath ?? ''} ${errors?.[0]?.message ?? 'is wrong'}`.trim()

const invalid = (detail: string): AuthError => new AuthError('token_claims_invalid', detail)
