import type { AccessTokenClaims } from './tokens/access-token.js'

/** The authenticated user of a request, with any strategy. */
interface AuthenticatedUser {
  readonly id: string
  readonly username: string
  readonly name: string
  /** The session id: the same after renewals, different after each login. */
  readonly sid: string
  /** Expiry of the token or session, ISO 8601 UTC. */
  readonly expiresAt: string
  /** Time of the last authentication, NumericDate. */
  readonly authTimeSeconds: number
  /** How the user authenticated then (RFC 8176): `pwd`, or `hwk` or `swk` with `user` for a passkey. */
  readonly amr: readonly string[]
  /** Verified claims of the token or the session record, for pages that explain them. */
  readonly claims: AccessTokenClaims
}

export interface TokenIdentity extends AuthenticatedUser {
  readonly strategy: 'jwt'
}

export interface SessionIdentity extends AuthenticatedUser {
  readonly strategy: 'session' | 'shared-session'
}

/** The authenticated user of a request, and the strategy of the session: `request.identity`. */
export type Identity = TokenIdentity | SessionIdentity

export type StrategyName = Identity['strategy']

export function identityOf<Strategy extends StrategyName>(
  strategy: Strategy,
  claims: AccessTokenClaims,
): AuthenticatedUser & { readonly strategy: Strategy } {
  return {
    id: claims.id,
    username: claims.username,
    name: claims.name,
    strategy,
    sid: claims.sid,
    expiresAt: new Date(claims.exp * 1000).toISOString(),
    authTimeSeconds: claims.auth_time,
    amr: claims.amr,
    claims,
  }
}
