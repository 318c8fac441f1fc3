import type { SessionRecord } from './strategies/record.js'
import type { AccessTokenClaims } from './tokens/access-token.js'

/** The user who sent a request, with any strategy. */
interface AuthenticatedUser {
  readonly id: string
  readonly username: string
  readonly name: string
  /** The session: the same through every renewal, another after each login. */
  readonly sid: string
  /** When the token or the session expires: ISO 8601, UTC. */
  readonly expiresAt: string
  /** When the user last typed the password, NumericDate. */
  readonly authTimeSeconds: number
}

export interface TokenIdentity extends AuthenticatedUser {
  readonly strategy: 'jwt'
  /** The claims as verified, for pages that explain them. */
  readonly claims: AccessTokenClaims
}

export interface SessionIdentity extends AuthenticatedUser {
  readonly strategy: 'session' | 'shared-session'
  readonly record: SessionRecord
}

/** The authenticated user of a request, and the strategy of the session: `request.identity`. */
export type Identity = TokenIdentity | SessionIdentity

export type StrategyName = Identity['strategy']

export function identityFromClaims(claims: AccessTokenClaims): TokenIdentity {
  return {
    id: claims.id,
    username: claims.username,
    name: claims.name,
    strategy: 'jwt',
    sid: claims.sid,
    expiresAt: new Date(claims.exp * 1000).toISOString(),
    authTimeSeconds: claims.auth_time,
    claims,
  }
}

export function identityFromRecord(strategy: SessionIdentity['strategy'], record: SessionRecord): SessionIdentity {
  const { id, username, name, sid, authTimeSeconds } = record
  return {
    id,
    username,
    name,
    strategy,
    sid,
    expiresAt: new Date(record.expiresBySeconds * 1000).toISOString(),
    authTimeSeconds,
    record,
  }
}
