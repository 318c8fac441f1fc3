import { createHash } from 'node:crypto'
import { AuthError } from '../errors.js'
import { SESSION_TTL } from '../lifetimes.js'
import { type AccessTokenClaims, type AccessTokenRules, checkAccessToken } from '../tokens/access-token.js'
import type { VerifiedToken } from '../tokens/verify-token.js'

/** The `typ` of a server-side session's record. No route accepts it as a token. */
export const SESSION_RECORD_TYP = 'session+jwt'

/**
 * The record of a server-side session: the claims of an access token until the session's absolute expiry, signed by the issuer.
 * `jti` is its key in the store. A process that can write to the store can delete a session, but cannot forge or change one, or
 * move one to another session id.
 */
export type SessionRecord = AccessTokenClaims

/** Returns the store's key of a session. It does not reveal the session id to a process that can read the store. */
export const storeKey = (sessionId: string): string => createHash('sha256').update(sessionId).digest('base64url')

/**
 * Checks what `verify-token.ts` does not: `typ`, claims and key of a session record.
 *
 * Does *not* check expiry, or whether the session was revoked.
 *
 * @throws {AuthError} `token_claims_invalid`
 */
export function checkSessionRecord(
  verified: VerifiedToken,
  rules: AccessTokenRules,
  key: string,
  nowSeconds: number,
): SessionRecord {
  const longest = { ...rules, accessTokenTtlSeconds: SESSION_TTL.maxSeconds }
  const record = checkAccessToken(verified, longest, nowSeconds, SESSION_RECORD_TYP)
  if (record.jti !== key) throw new AuthError('token_claims_invalid', 'the record of another session id')
  return record
}
