import { createHmac, timingSafeEqual } from 'node:crypto'
import { AuthError } from '../errors.js'
import type { KeyRing } from '../keys/ring.js'

/** What a genuine refresh token says: which sign-in, and its how many-eth token this is. */
export interface RefreshTokenContent {
  readonly sid: string
  readonly generation: number
}

const SPELLING = /^([A-Za-z0-9._-]{1,64}):([0-9a-f-]{36}):(0|[1-9]\d{0,8}):([A-Za-z0-9_-]{43})$/

/**
 * The refresh token of a sign-in's generation: `kid:sid:generation:mac`. It is derived, not stored: whoever holds the
 * secret makes the same token again, so every loser of a race can be given the winner's, and a copied database holds
 * nothing that could be used.
 */
export function deriveRefreshToken(keys: KeyRing, { sid, generation }: RefreshTokenContent): string {
  const { kid, signingKey } = keys.first
  return `${kid}:${sid}:${generation}:${mac(signingKey, sid, generation)}`
}

/**
 * Reads a refresh token and checks that the bank made it.
 *
 * Does *not* check that the sign-in lives or that this is its current token: see `rotate.ts`.
 *
 * @throws {AuthError} `token_malformed`, `token_signature_invalid`
 */
export function readRefreshToken(keys: KeyRing, token: string): RefreshTokenContent {
  const [, kid = '', sid = '', digits = '', given = ''] = SPELLING.exec(token) ?? []
  if (given === '') throw new AuthError('token_malformed', 'not a refresh token')
  const key = keys.find(kid)
  if (!key) throw new AuthError('token_signature_invalid', 'unknown kid of a refresh token')
  const generation = Number(digits)
  // Compared as text: the last character of the other spellings of these bytes differs.
  if (!timingSafeEqual(Buffer.from(mac(key.signingKey, sid, generation)), Buffer.from(given))) {
    throw new AuthError('token_signature_invalid', 'refresh token')
  }
  return { sid, generation }
}

function mac(secret: string, sid: string, generation: number): string {
  return createHmac('sha256', secret).update(`signet-refresh:${sid}:${generation}`).digest('base64url')
}
