import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createRemoteJWKSet } from 'jose'
import { AuthError } from '../errors.js'
import type { KeySource, RingKey } from './ring.js'

export interface RemoteJwksOptions {
  readonly url: string
  readonly onError?: (error: unknown) => void
}

export interface RemoteJwks extends KeySource {
  /** Fetches the set now; rejects when that fails. What was fetched before stays. */
  reload(): Promise<void>
  /** How many keys are known. */
  count(): number
  close(): void
}

/** A key that the issuer removed is removed here within this time. */
const RELOAD_MS = 60_000
/** However many tokens name unknown keys, the issuer gets one request in this time; while it fails, one at a time. */
const COOLDOWN_MS = 5_000
const TIMEOUT_MS = 2_000

/**
 * Holds the issuer's public keys (RFC 7517), fetched when a token names an unknown one and every minute. While the issuer
 * cannot be reached the last good set stays in use.
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
  const update = () => {
    known = new Map((remote.jwks()?.keys ?? []).flatMap((jwk) => toRingKey(jwk as JsonWebKey & { kid?: unknown })))
  }
  const reload = () => remote.reload().then(update)

  async function fetchUnknown(kid: string): Promise<RingKey | undefined> {
    try {
      // One fetch for all that wait, and none right after one that succeeded.
      if (remote.coolingDown) update()
      else await reload()
    } catch (error) {
      onError?.(error)
      const sentence = 'We cannot fetch the keys that sessions are verified with right now. Try again in a moment.'
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

/** A key that cannot be read does not hide the others. */
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
