import { createHmac, timingSafeEqual } from 'node:crypto'
import { AuthError } from '../errors.js'
import type { KeyRing } from '../keys/ring.js'

/** The content of a refresh token: its session, and its position in the session's sequence of tokens. */
export interface RefreshTokenContent {
  readonly sid: string
  readonly generation: number
}

const FORMAT = /^([A-Za-z0-9._-]{1,64}):([0-9a-f-]{36}):(0|[1-9]\d{0,8}):([A-Za-z0-9_-]{43})$/

/**
 * Derives the refresh token of a session's generation: `kid:sid:generation:mac`. It is not stored: every request that loses a race
 * gets the winner's token, and a copied database contains no usable token.
 */
export function deriveRefreshToken(keys: KeyRing, { sid, generation }: RefreshTokenContent): string {
  const { kid, signingKey } = keys.first
  return `${kid}:${sid}:${generation}:${mac(signingKey, sid, generation)}`
}

/**
 * Reads a refresh token and verifies that the issuer derived it.
 *
 * Does *not* check that the session is active or that the token is current: see `rotate.ts`.
 *
 * @throws {AuthError} `token_malformed`, `token_signature_invalid`
 */
export function readRefreshToken(keys: KeyRing, token: string): RefreshTokenContent {
  const [, kid = '', sid = '', digits = '', given = ''] = FORMAT.exec(token) ?? []
  if (given === '') throw new AuthError('token_malformed', 'not a refresh token')
  const key = keys.find(kid)
  if (!key) throw new AuthError('token_signature_invalid', 'unknown kid of a refresh token')
  const generation = Number(digits)
  // Compared as text, because another encoding of the same bytes differs in its last character.
  if (!timingSafeEqual(Buffer.from(mac(key.signingKey, sid, generation)), Buffer.from(given))) {
    throw new AuthError('token_signature_invalid', 'refresh token')
  }
  return { sid, generation }
}

/**
 * Reads the refresh tokens of several cookies of one name. Omits those that the issuer did not derive, and all but the newest of
 * each session.
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
