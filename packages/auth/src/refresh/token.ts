import { createHmac, timingSafeEqual } from 'node:crypto'
import { AuthError } from '../errors.js'
import type { KeyRing } from '../keys/ring.js'

/** What a genuine refresh token says: its session, and its place in the session's sequence of refresh tokens. */
export interface RefreshTokenContent {
  readonly sid: string
  readonly generation: number
}

const FORMAT = /^([A-Za-z0-9._-]{1,64}):([0-9a-f-]{36}):(0|[1-9]\d{0,8}):([A-Za-z0-9_-]{43})$/

/**
 * Returns the refresh token of a session's generation: `kid:sid:generation:mac`. It is derived, not stored: every request
 * that loses a race gets the winner's token, and a copied database holds nothing that could be used.
 */
export function deriveRefreshToken(keys: KeyRing, { sid, generation }: RefreshTokenContent): string {
  const { kid, signingKey } = keys.first
  return `${kid}:${sid}:${generation}:${mac(signingKey, sid, generation)}`
}

/**
 * Reads a refresh token and checks that the issuer made it.
 *
 * Does *not* check that the session is active or that this is its current token: see `rotate.ts`.
 *
 * @throws {AuthError} `token_malformed`, `token_signature_invalid`
 */
export function readRefreshToken(keys: KeyRing, token: string): RefreshTokenContent {
  const [, kid = '', sid = '', digits = '', given = ''] = FORMAT.exec(token) ?? []
  if (given === '') throw new AuthError('token_malformed', 'not a refresh token')
  const key = keys.find(kid)
  if (!key) throw new AuthError('token_signature_invalid', 'unknown kid of a refresh token')
  const generation = Number(digits)
  // Compared as text: another encoding of the same bytes has another last character.
  if (!timingSafeEqual(Buffer.from(mac(key.signingKey, sid, generation)), Buffer.from(given))) {
    throw new AuthError('token_signature_invalid', 'refresh token')
  }
  return { sid, generation }
}

/**
 * Reads the refresh tokens of several cookies of one name. Those that the issuer did not make are left out, and of two of one
 * session the older is.
 *
 * Does *not* check that a session is active.
 */
export function readRefreshTokens(keys: KeyRing, tokens: Iterable<string>): RefreshTokenContent[] {
  const bySession = new Map<string, RefreshTokenContent>()
  for (const token of tokens) {
    try {
      const content = readRefreshToken(keys, token)
      if (content.generation >= (bySession.get(content.sid)?.generation ?? 0)) bySession.set(content.sid, content)
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
    }
  }
  return [...bySession.values()]
}

function mac(secret: string, sid: string, generation: number): string {
  return createHmac('sha256', secret).update(`signet-refresh:${sid}:${generation}`).digest('base64url')
}
