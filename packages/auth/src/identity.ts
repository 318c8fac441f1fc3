import type { SessionRecord } from './strategies/record.js'
import type { AccessTokenClaims } from './tokens/claims.js'

/** Who sent a request, whatever it was recognised by. */
interface Recognised {
  readonly id: string
  readonly username: string
  readonly name: string
  /** The sign-in: the same through every renewal, another after each sign-in. */
  readonly sid: string
  /** When the token ends, or the session: ISO 8601, UTC. */
  readonly expiresAt: string
  /** When the password was last typed, NumericDate. */
  readonly authTimeSeconds: number
}

export interface TokenIdentity extends Recognised {
  readonly strategy: 'jwt'
  /** The claims as verified, for pages that explain them. */
  readonly claims: AccessTokenClaims
}

export interface SessionIdentity extends Recognised {
  readonly strategy: 'session' | 'shared-session'
  readonly record: SessionRecord
}

/** Who sent a request, as `request.identity` tells a handler, and how this person is remembered. */
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
