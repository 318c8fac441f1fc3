import { createHash } from 'node:crypto'
import { AuthError } from '../errors.js'
import { SESSION_TTL } from '../lifetimes.js'
import { type AccessTokenClaims, type AccessTokenRules, checkAccessToken } from '../tokens/access-token.js'
import type { VerifiedToken } from '../tokens/verify-token.js'

/** Says that this JWT is what a server keeps of a session. No route accepts it as a token. */
export const SESSION_RECORD_TYP = 'session+jwt'

/**
 * What a server keeps of a session: the claims of an access token, until the session expires in any case, signed by the
 * issuer. `jti` is the key under which the store keeps it. A process that can write to the store can delete a session, and
 * cannot make one, change one, or move one to another session id.
 */
export type SessionRecord = AccessTokenClaims

/** Returns the key under which a session is stored. A process that can read the store cannot get the session id from it. */
export const storeKey = (sessionId: string): string => createHash('sha256').update(sessionId).digest('base64url')

/**
 * Checks what `verify-token.ts` leaves open of a session record.
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
