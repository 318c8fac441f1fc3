import Type, { type Static } from 'typebox'
import { AuthError } from '../errors.js'
import { IAT_AHEAD_SECONDS } from '../lifetimes.js'
import { compileShape } from '../tokens/compile-shape.js'
import type { VerifiedToken } from '../tokens/verify-token.js'
import { expandStatusBits, type StatusListVersion } from './status-list.js'

/** IETF draft-ietf-oauth-status-list, section 5.1. */
export const STATUS_LIST_TYP = 'statuslist+jwt'
export const STATUS_LIST_MEDIA_TYPE = 'application/statuslist+jwt'

/** Lifetime of a signed list. A verifier that cannot reach the issuer stops using it much sooner. */
export const STATUS_TOKEN_TTL_SECONDS = 3_600

/** An unchanged list is signed again after this time, so every served list was signed within it. */
export const STATUS_LIST_RESIGN_SECONDS = 30

/** Minimum interval of requests for a list, and maximum delay of a revocation without notifications. */
export const STATUS_LIST_POLL_SECONDS = 1

/** How long a verifier lets the issuer hold a request for an unchanged list: three requests a minute when idle. */
export const STATUS_LIST_WAIT_SECONDS = 20

/** Maximum time for which an issuer holds a request, whatever `Prefer: wait` says. */
export const STATUS_LIST_MAX_WAIT_SECONDS = 30

const StatusTokenClaims = Type.Object({
  iss: Type.String(),
  /** The list's own URI, so that a list cannot replace another. */
  sub: Type.String(),
  iat: Type.Integer(),
  exp: Type.Integer(),
  /** For verifiers in other languages: how long they may cache a list. */
  ttl: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Time of the latest revocation in ms, to measure sign-out propagation. */
  changed_at_ms: Type.Integer({ minimum: 0 }),
  status_list: Type.Object({ bits: Type.Literal(1), lst: Type.String() }),
})
export type StatusTokenClaims = Static<typeof StatusTokenClaims>

export const REQUIRED_STATUS_CLAIMS = Object.keys(StatusTokenClaims.properties).filter((name) => name !== 'ttl')

const hasShape = compileShape<StatusTokenClaims>(StatusTokenClaims)

/** A version of a list, and the validity period of its token. */
export type SignedStatusList = StatusListVersion & { readonly iat: number; readonly exp: number }

/**
 * Checks what `verify-token.ts` does not, and reads a status list (IETF draft-ietf-oauth-status-list, section 8.3).
 *
 * @throws {AuthError} `token_claims_invalid`, `token_expired`
 */
export function readStatusToken(
  { header, payload, expired }: VerifiedToken,
  expected: { readonly uri: string; readonly etag: string },
  nowSeconds: number,
): SignedStatusList {
  if (header.typ !== STATUS_LIST_TYP || !hasShape(payload)) throw invalid('not a status list')
  if (payload.sub !== expected.uri) throw invalid('another status list')
  if (payload.iat > nowSeconds + IAT_AHEAD_SECONDS) throw invalid('iat is in the future')
  if (expired) throw new AuthError('token_expired', 'status list')
  const { iat, exp, changed_at_ms: changedAtMs, status_list: list } = payload
  return { bits: expandStatusBits(list.lst), etag: expected.etag, changedAtMs, iat, exp }
}

const invalid = (detail: string): AuthError => new AuthError('token_claims_invalid', detail)
