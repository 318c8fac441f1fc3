import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'
import { AuthError } from '../errors.js'
import { IAT_AHEAD_SECONDS } from '../lifetimes.js'
import type { StatusListVersion } from './follow.js'
import { expandStatusBits } from './status-list.js'

/** IETF draft-ietf-oauth-status-list section 5.1. */
export const STATUS_LIST_TYP = 'statuslist+jwt'
export const STATUS_LIST_MEDIA_TYPE = 'application/statuslist+jwt'

/** A verifier that cannot reach the bank may show a list this old to be genuine; it stops relying on it much sooner. */
export const STATUS_TOKEN_TTL_SECONDS = 3_600

/** A list that has not changed is signed anew after this: what a replica hands out was signed no longer ago. */
export const STATUS_LIST_RESIGN_SECONDS = 30

/** How often a verifier asks for a list. A sign-out takes half of this to arrive, on average. */
export const STATUS_LIST_POLL_SECONDS = 1

const StatusTokenClaims = Type.Object({
  iss: Type.String(),
  /** The list's own URI: a list cannot be passed off as another. */
  sub: Type.String(),
  iat: Type.Integer(),
  exp: Type.Integer(),
  /** For verifiers in other languages: how long a copy may be kept before the next is asked for. */
  ttl: Type.Optional(Type.Integer({ minimum: 1 })),
  /** When the newest sign-in in it was ended, in ms: for measuring how fast a sign-out travels. */
  changed_at_ms: Type.Integer({ minimum: 0 }),
  status_list: Type.Object({ bits: Type.Literal(1), lst: Type.String() }),
})
export type StatusTokenClaims = Static<typeof StatusTokenClaims>

const hasShape = new Ajv().compile<StatusTokenClaims>(StatusTokenClaims)

/** A version, and how long what it came in is genuine. */
export type SignedStatusList = StatusListVersion & { readonly iat: number; readonly exp: number }

/**
 * Reads the claims of a status list token whose signature has been verified (section 8.3).
 *
 * @throws {AuthError} `token_claims_invalid`, `token_expired`
 */
export function readStatusToken(
  payload: unknown,
  expected: { issuer: string; uri: string; etag: string },
  nowSeconds: number,
): SignedStatusList {
  if (!hasShape(payload)) throw new AuthError('token_claims_invalid', 'not a status list')
  if (payload.iss !== expected.issuer || payload.sub !== expected.uri) {
    throw new AuthError('token_claims_invalid', 'the status list of another')
  }
  if (payload.iat > nowSeconds + IAT_AHEAD_SECONDS) throw new AuthError('token_claims_invalid', 'a list of the future')
  if (payload.exp <= nowSeconds) throw new AuthError('token_expired', 'status list')
  const { iat, exp, changed_at_ms: changedAtMs, status_list: list } = payload
  return { bits: expandStatusBits(list.lst), etag: expected.etag, changedAtMs, iat, exp }
}
