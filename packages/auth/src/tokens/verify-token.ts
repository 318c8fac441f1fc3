import fastifyJwt, { type FastifyJWTOptions, type JWT } from '@fastify/jwt'
import Fastify from 'fastify'
import { LRUCache } from 'lru-cache'
import { systemClock } from '../clock.js'
import { AuthError } from '../errors.js'
import type { KeySource, RingKey } from '../keys/ring.js'
import { readCanonicalHeader, type TokenHeader } from './canonical-encoding.js'
import { fromLibraryError } from './library-errors.js'

/** Requirements of one kind of token. */
export interface TokenRequirements {
  readonly keys: KeySource
  /** The issuer's public origin: `iss`. */
  readonly issuer: string
  /** The public origin that `aud` must contain. Undefined for a kind without `aud`. */
  readonly audience?: string
  readonly requiredClaims: readonly string[]
  /** Default 4,096 bytes. */
  readonly maxBytes?: number
}

export interface VerifiedToken {
  readonly header: TokenHeader
  readonly payload: Readonly<Record<string, unknown>>
  /** The key that verified the token. */
  readonly key: RingKey
  /** Whether the token has expired. All other checks passed. */
  readonly expired: boolean
}

/**
 * Verifies a token and returns its content.
 *
 * Does *not* check `typ`, nor claims other than `iss`, `aud`, `exp` and the presence of the required ones: see `access-token.ts`,
 * `message.ts` and `status-token.ts`. Does *not* throw for an expired token: the caller decides.
 *
 * @throws {AuthError} `token_malformed`, `token_signature_invalid`, `token_claims_invalid`, and `unavailable` while keys cannot be
 *   fetched
 */
export type VerifyToken = (token: string) => Promise<VerifiedToken>

/** Maximum number of keys whose registration is kept. A ring has fewer, but it is replaced while the service runs. */
const MAX_REGISTERED_KEYS = 32

/**
 * Creates a verifier of one kind of token with `@fastify/jwt`, verify-only: it gets no signing function.
 *
 * Steps of a verification: size and canonical encoding, then the key by `kid`, with that key's `alg` only (RFC 8725, section 3.1).
 * Then the library checks the signature (RFC 7515, section 5.2), required claims, `exp`, `aud` and `iss`.
 */
export function createVerifier(requirements: TokenRequirements): VerifyToken {
  const { keys, maxBytes } = requirements
  /** The registered library by verification key. With the key in its options, it prepares the key once, not for each token. */
  const registered = new LRUCache<string, JWT>({ max: MAX_REGISTERED_KEYS })

  /** Registers the library for a key, in an instance of its own: a running service accepts no plugins, but new keys. */
  async function register({ verificationKey }: RingKey): Promise<JWT> {
    const instance = Fastify()
    await instance.register(fastifyJwt, verifyOnly(verificationKey, requirements))
    registered.set(verificationKey, instance.jwt)
    return instance.jwt
  }

  return async (token) => {
    const header = readCanonicalHeader(token, maxBytes)
    // A single lookup, so that the returned key is the one that verified, even if the ring changes meanwhile.
    const found = keys.find(header.kid)
    const key = keyOf(header, found instanceof Promise ? await found : found)
    const jwt = registered.get(key.verificationKey) ?? (await register(key))
    const { payload, expired } = verified(jwt, token)
    // RFC 7519, section 4.1.5. The issuer never sets it.
    if ('nbf' in payload) throw new AuthError('token_claims_invalid', 'this issuer does not set nbf')
    return { header, payload, key, expired }
  }
}

type Claims = Record<string, unknown>

/** Verifies with the library. Accepts an expired token and reports it. */
function verified(jwt: JWT, token: string): Pick<VerifiedToken, 'payload' | 'expired'> {
  try {
    const payload = jwt.verify<Claims>(token)
    // The library accepts a token in the first millisecond of `exp`. RFC 7519, section 4.1.4, does not.
    return { payload, expired: systemClock() >= Number(payload.exp) }
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'FAST_JWT_EXPIRED') throw fromLibraryError(error)
    return { payload: verifiedButForExpiry(jwt, token), expired: true }
  }
}

/** Verifies without `exp`: the library checks it before `aud` and `iss`, which an expired token must pass too. */
function verifiedButForExpiry(jwt: JWT, token: string): Claims {
  try {
    return jwt.verify<Claims>(token, { ignoreExpiration: true })
  } catch (error) {
    throw fromLibraryError(error)
  }
}

/** Returns the options of `@fastify/jwt` without a private key, so that its `sign` throws. */
export function verifyOnly(
  verificationKey: string,
  { issuer, audience, requiredClaims }: Omit<TokenRequirements, 'keys'>,
): FastifyJWTOptions {
  return {
    secret: { public: verificationKey },
    verify: {
      // Both, so that the library derives the algorithm from the key. With only one, it would use a public key as a secret.
      algorithms: ['HS256', 'EdDSA'],
      allowedIss: issuer,
      ...(audience === undefined ? {} : { allowedAud: audience }),
      requiredClaims: [...requiredClaims],
    },
  }
}

/** Such a token may be genuine: a sibling installation can share the cookie's domain, or a key was removed. */
const UNKNOWN_KEY = 'The token was signed by another installation, or with a key that is no longer used.'

function keyOf({ alg }: TokenHeader, key: RingKey | undefined): RingKey {
  if (!key) throw new AuthError('token_signature_invalid', 'unknown kid', {}, UNKNOWN_KEY, 'token_key_unknown')
  if (alg !== key.alg) throw new AuthError('token_signature_invalid', 'alg is not the one of the key')
  return key
}
