import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createRemoteJWKSet } from 'jose'
import { AuthError } from '../errors.js'
import type { KeySource, RingKey } from './ring.js'

export interface RemoteJwksOptions {
  readonly url: string
  readonly onError?: (error: unknown) => void
}

export interface RemoteJwks extends KeySource {
  /** Fetches the set now; rejects when it cannot be had. What was fetched before stays. */
  reload(): Promise<void>
  /** How many keys are known. */
  count(): number
  close(): void
}

/** A key that was taken away at the bank is forgotten here within this time. */
const RELOAD_MS = 60_000
/** However many tokens name keys that nobody has, the bank is asked once in this time; while it fails, once at a time. */
const COOLDOWN_MS = 5_000
const TIMEOUT_MS = 2_000

/**
 * The bank's public keys (RFC 7517), fetched when a token names one that is not known and every minute. While the bank
 * cannot be reached the last good set serves on.
 *
 * `find` throws {AuthError} `unavailable` for an unknown key while the set cannot be fetched: it may be a new one.
 */
export function remoteJwks({ url, onError }: RemoteJwksOptions): RemoteJwks {
  const remote = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: TIMEOUT_MS,
  })
  let known = new Map<string, RingKey>()
  const remember = () => {
    known = new Map((remote.jwks()?.keys ?? []).flatMap((jwk) => toRingKey(jwk as JsonWebKey & { kid?: unknown })))
  }
  const reload = () => remote.reload().then(remember)

  async function fetchUnknown(kid: string): Promise<RingKey | undefined> {
    try {
      // One fetch for however many wait, and none right after one that succeeded, which may be this very moment.
      if (remote.coolingDown) remember()
      else await reload()
    } catch (error) {
      onError?.(error)
      const sentence = 'The keys that sign-ins are checked with cannot be had right now. Try again in a moment.'
      throw new AuthError('unavailable', 'the public keys cannot be fetched', { 'retry-after': '1' }, sentence)
    }
    return known.get(kid)
  }

  const timer = setInterval(() => {
    reload().catch((error: unknown) => onError?.(error))
  }, RELOAD_MS)
  timer.unref()
  return {
    find: (kid) => known.get(kid) ?? fetchUnknown(kid),
    reload,
    count: () => known.size,
    close: () => clearInterval(timer),
  }
}

/** One that cannot be read is no reason to know none of the others. */
function toRingKey(jwk: JsonWebKey & { kid?: unknown }): [string, RingKey][] {
  const { kid, kty, crv, x } = jwk
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof kid !== 'string' || typeof x !== 'string') return []
  try {
    const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' })
    const verificationKey = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    return [[kid, { kid, alg: 'EdDSA', verificationKey }]]
  } catch {
    return []
  }
}
