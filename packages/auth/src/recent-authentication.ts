import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CookieScope, defineCookie, readCookie } from './cookies.js'
import type { KeyRing } from './keys/ring.js'
import { IAT_AHEAD_SECONDS, RECENT_AUTHENTICATION_SECONDS } from './lifetimes.js'

/** An authentication of a session's user. */
export interface Authentication {
  /** NumericDate. */
  readonly authTimeSeconds: number
  /** How the user authenticated (RFC 8176). */
  readonly amr: readonly string[]
}

/** Keeps the proof that a browser has authenticated at the issuer in the last five minutes. */
export interface RecentAuthentication {
  /** Sets the proof for a session. Does nothing for an authentication that is older. */
  set(reply: FastifyReply, sid: string, authentication: Authentication, nowSeconds: number): void
  /** Returns the newest authentication that a request proves for this session; null without one. */
  presented(request: FastifyRequest, sid: string, now: Date): Authentication | null
  clear(reply: FastifyReply): void
}

/**
 * Keeps the proof in a host-only cookie. A sibling host receives the access token, which has the same `auth_time`, but never this
 * cookie. So a token alone cannot change how a user signs in.
 *
 * Over http a sibling host can plant such a cookie, but cannot derive its value.
 *
 * @param keys the first derives proofs, all verify them
 */
export function recentAuthentication(scope: CookieScope, keys: KeyRing): RecentAuthentication {
  const cookie = defineCookie('recent', { ...scope, domain: undefined })
  return {
    set: (reply, sid, authentication, nowSeconds) => {
      const remainingSeconds = authentication.authTimeSeconds + RECENT_AUTHENTICATION_SECONDS - nowSeconds
      if (remainingSeconds > 0) cookie.set(reply, deriveRecentProof(keys, sid, authentication), remainingSeconds)
    },
    presented: ({ headers }, sid, now) => {
      const { value, others } = readCookie(headers.cookie, cookie.name)
      const [newest = null] = [value, ...others]
        .flatMap((proof) => verifyRecentProof(keys, sid, proof, now) ?? [])
        .sort((one, other) => other.authTimeSeconds - one.authTimeSeconds)
      return newest
    },
    clear: cookie.clear,
  }
}

const FORMAT = /^([A-Za-z0-9._-]{1,64}):([1-9]\d{0,11}):((?:[a-z]{1,16})(?:\+[a-z]{1,16}){0,3}):([A-Za-z0-9_-]{43})$/

/** Derives the proof of an authentication: `kid:time:amr:mac`. It names no session and fits one only. */
export function deriveRecentProof(keys: KeyRing, sid: string, { authTimeSeconds, amr }: Authentication): string {
  const { kid, signingKey } = keys.first
  const methods = amr.join('+')
  return `${kid}:${authTimeSeconds}:${methods}:${mac(signingKey, sid, authTimeSeconds, methods)}`
}

/**
 * Verifies a proof. Returns null unless the issuer derived it for this session in the last 300 seconds.
 *
 * Does *not* check that the session is active, that the credential still exists, or how often the proof was used.
 */
export function verifyRecentProof(keys: KeyRing, sid: string, proof: string, now: Date): Authentication | null {
  const [, kid = '', digits = '', methods = '', given = ''] = FORMAT.exec(proof) ?? []
  const key = given === '' ? undefined : keys.find(kid)
  if (!key) return null
  const authTimeSeconds = Number(digits)
  const expected = mac(key.signingKey, sid, authTimeSeconds, methods)
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(given))) return null
  const ageSeconds = Math.floor(now.getTime() / 1000) - authTimeSeconds
  if (ageSeconds > RECENT_AUTHENTICATION_SECONDS || ageSeconds < -IAT_AHEAD_SECONDS) return null
  return { authTimeSeconds, amr: methods.split('+') }
}

function mac(secret: string, sid: string, authTimeSeconds: number, methods: string): string {
  const key = hkdfSync('sha256', secret, '', 'signet-recent-authentication', 32)
  return createHmac('sha256', Buffer.from(key))
    .update(`signet-recent:${sid}:${authTimeSeconds}:${methods}`)
    .digest('base64url')
}
