import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createRemoteJWKSet } from 'jose/jwks/remote'
import { AuthError } from '../errors.js'
import type { KeySource, RingKey } from './ring.js'

export interface RemoteJwksOptions {
  readonly url: string
  readonly onError?: (error: unknown) => void
}

export interface RemoteJwks extends KeySource {
  /** Fetches the keys now. Rejects on failure and keeps the earlier keys. */
  reload(): Promise<void>
  /** Number of keys. */
  count(): number
  close(): void
}

/** Interval of regular fetches: a key that the issuer removes is removed here within this time. */
const RELOAD_MS = 60_000
/** Minimum time between two requests for unknown keys. While they fail, one request at a time. */
const COOLDOWN_MS = 5_000
const TIMEOUT_MS = 2_000

/**
 * Holds the issuer's public keys (RFC 7517). Fetches them every minute, and when a token names an unknown one. While the issuer is
 * unavailable, the last keys stay in use.
 *
 * `find` rejects with {@link AuthError} `unavailable` for an unknown key while the keys cannot be fetched: it may be new.
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
      // One fetch for all concurrent requests, and none right after a successful one.
      if (remote.coolingDown) update()
      else await reload()
    } catch (error) {
      onError?.(error)
      const sentence = 'We cannot fetch the keys to verify your session right now. Try again in a moment.'
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

/** Converts a JWK. Omits an invalid key and keeps the others. */
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
