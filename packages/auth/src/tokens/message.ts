import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'
import { AuthError } from '../errors.js'
import { IAT_AHEAD_SECONDS, MESSAGE_TTL_SECONDS } from '../lifetimes.js'
import { STATUS_LIST_TYP } from '../revocation/status-token.js'
import { SESSION_RECORD_TYP } from '../strategies/record.js'
import { ACCESS_TOKEN_TYP } from './access-token.js'

const NumericDate = Type.Integer({ minimum: 0, maximum: 253_402_300_799 })
const Text = Type.String({ minLength: 1, maxLength: 256 })

/** Claims of every message between services. Each kind adds its own. */
export const MessageClaims = Type.Object({
  iss: Text,
  /** The one service that may accept it: a string, or an array of one (RFC 7519, section 4.1.3). */
  aud: Type.Union([Text, Type.Array(Text, { minItems: 1, maxItems: 1 })]),
  sub: Text,
  jti: Text,
  iat: NumericDate,
  exp: NumericDate,
})
export type MessageClaims = Static<typeof MessageClaims>

export const REQUIRED_MESSAGE_CLAIMS = Object.keys(MessageClaims.properties)

const RESERVED_TYPS = [ACCESS_TOKEN_TYP, SESSION_RECORD_TYP, STATUS_LIST_TYP]

/**
 * Returns a `typ` if the product may use it for a kind of message: no kind may pass for another (RFC 8725, section 3.11).
 *
 * @throws {TypeError} for a reserved or malformed `typ`
 */
export function messageTyp(typ: string): string {
  if (!/^[a-z]+\+jwt$/.test(typ) || RESERVED_TYPS.includes(typ))
    throw new TypeError(`${typ} cannot be the typ of a message`)
  return typ
}

/**
 * Returns a function that checks the claims of a verified message: the common ones, and those of its kind by `schema` (JSON
 * Schema).
 *
 * Does *not* check expiry or detect repeated messages: the receiver must process a `jti` only once.
 *
 * @throws {AuthError} `token_claims_invalid`
 */
export function messageChecker<Claims extends object>(
  schema: object,
): (payload: unknown, nowSeconds: number) => MessageClaims & Claims {
  const ajv = new Ajv()
  const hasShape = ajv.compile<MessageClaims>(MessageClaims)
  const isOfKind = ajv.compile<MessageClaims & Claims>(schema)
  return (payload, nowSeconds) => {
    if (!hasShape(payload)) throw invalid(firstProblem(hasShape.errors))
    if (payload.iat > nowSeconds + IAT_AHEAD_SECONDS) throw invalid('iat is in the future')
    if (payload.exp <= payload.iat) throw invalid('exp is not after iat')
    if (payload.exp - payload.iat > MESSAGE_TTL_SECONDS) throw invalid('lifetime is too long')
    if (!isOfKind(payload)) throw invalid(firstProblem(isOfKind.errors))
    return payload
  }
}

const firstProblem = (errors: typeof Ajv.prototype.errors): string =>
  `${errors?.[0]?.instancePath ?? ''} ${errors?.[0]?.message ?? 'is wrong'}`.trim()

const invalid = (detail: string): AuthError => new AuthError('token_claims_invalid', detail)
