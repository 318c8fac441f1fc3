import type { AccessTokenClaims } from './tokens/claims.js'

/** Who sent a request, as `request.identity` tells a handler. */
export interface Identity {
  readonly id: string
  readonly username: string
  readonly name: string
  /** How this person is remembered. */
  readonly strategy: 'jwt'
  /** The sign-in this token belongs to: the same through every renewal, another after each sign-in. */
  readonly sid: string
  /** When the token ends. */
  readonly expiresAt: Date
  /** When the password was last typed, NumericDate. */
  readonly authTimeSeconds: number
  /** The claims as verified, for pages that explain them. */
  readonly claims: AccessTokenClaims
}

export function identityFromClaims(claims: AccessTokenClaims): Identity {
  return {
    id: claims.id,
    username: claims.username,
    name: claims.name,
    strategy: 'jwt',
    sid: claims.sid,
    expiresAt: new Date(claims.exp * 1000),
    authTimeSeconds: claims.auth_time,
    claims,
  }
}
