import fastifyJwt, { type FastifyJWTOptions, type JWT, type VerifyOptions } from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import { systemClock } from '../clock.js'
import { AuthError } from '../errors.js'
import type { KeySource, RingKey } from '../keys/ring.js'
import { readCanonicalHeader, type TokenHeader } from './canonical-encoding.js'
import { fromLibraryError } from './library-errors.js'

/** What one kind of token must have. */
export interface TokenRequirements {
  readonly keys: KeySource
  /** The issuer's public origin: `iss`. */
  readonly issuer: string
  /** The public origin that `aud` must name; left out for a kind without `aud`. */
  readonly audience?: string
  readonly requiredClaims: readonly string[]
  /** Default 4,096 bytes. */
  readonly maxBytes?: number
}

export interface VerifiedToken {
  readonly header: TokenHeader
  readonly payload: Readonly<Record<string, unknown>>
  /** The key that verified it. */
  readonly key: RingKey
  /** Whether its time is over. Everything else was checked all the same. */
  readonly expired: boolean
}

/**
 * Verifies a token and returns what it says.
 *
 * Does *not* check `typ`, or any claim but `iss`, `aud`, `exp` and the required ones: see `access-token.ts`, `message.ts`
 * and `status-token.ts`. Does *not* throw for an expired token: the caller decides.
 *
 * @throws {AuthError} `token_malformed`, `token_signature_invalid`, `token_claims_invalid`; `unavailable` while keys
 *   cannot be fetched.
 */
export type VerifyToken = (token: string) => Promise<VerifiedToken>

/**
 * Registers `@fastify/jwt` for one kind of token, in verify-only mode and in a context of its own: the service gets no
 * function that signs.
 *
 * The steps of each verification, in order: size and canonical encoding; the key by `kid`, and that key's `alg` alone (RFC
 * 8725 section 3.1); then the library checks the signature (RFC 7515 section 5.2), required claims, `exp`, `aud` and `iss`.
 *
 * @param name unique in the instance.
 */
export async function createVerifier(
  app: FastifyInstance,
  name: string,
  requirements: TokenRequirements,
): Promise<VerifyToken> {
  const { keys, maxBytes } = requirements
  let registered: JWT | undefined
  await app.register(async (context) => {
    await context.register(fastifyJwt, { ...verifyOnly(requirements), namespace: name, decoratorName: name })
    registered = (context.jwt as unknown as Record<string, JWT>)[name]
  })
  if (!registered) throw new Error(`@fastify/jwt did not register ${name}`)
  const jwt = registered

  /** What the library says of a token, which may have expired. It is synchronous when it is given the key. */
  function verified(token: string, { verificationKey: key }: RingKey): Pick<VerifiedToken, 'payload' | 'expired'> {
    const options: Partial<VerifyOptions> = { key }
    try {
      const payload = jwt.verify<Claims>(token, options)
      // The library accepts a token during the first millisecond of `exp` (RFC 7519 section 4.1.4 does not).
      return { payload, expired: systemClock() >= Number(payload.exp) }
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'FAST_JWT_EXPIRED') throw fromLibraryError(error)
      return { payload: verifiedButForExpiry(token, options), expired: true }
    }
  }

  /** The library looks at `exp` before `aud` and `iss`. An expired token must pass those too. */
  function verifiedButForExpiry(token: string, options: Partial<VerifyOptions>): Claims {
    try {
      return jwt.verify<Claims>(token, { ...options, ignoreExpiration: true })
    } catch (error) {
      throw fromLibraryError(error)
    }
  }

  return async (token) => {
    const header = readCanonicalHeader(token, maxBytes)
    // Looked up once: the key that is returned is the key that verified, even if the ring changes meanwhile.
    const found = keys.find(header.kid)
    const key = keyOf(header, found instanceof Promise ? await found : found)
    const { payload, expired } = verified(token, key)
    // RFC 7519 section 4.1.5: no issuer of these kinds writes it.
    if ('nbf' in payload) throw new AuthError('token_claims_invalid', 'nbf is in no token of this issuer')
    return { header, payload, key, expired }
  }
}

type Claims = Record<string, unknown>

/** What the library decoded of a token whose header was read before. */
type DecodedJwt = { header: object }

/** Options of `@fastify/jwt`. Without a private key its `sign` throws. */
export function verifyOnly({ keys, issuer, audience, requiredClaims }: TokenRequirements): FastifyJWTOptions {
  return {
    secret: {
      public: async ({ header }: DecodedJwt) => {
        const named = header as TokenHeader
        return keyOf(named, await keys.find(named.kid)).verificationKey
      },
    },
    verify: {
      algorithms: ['HS256', 'EdDSA'],
      allowedIss: issuer,
      ...(audience === undefined ? {} : { allowedAud: audience }),
      requiredClaims: [...requiredClaims],
    },
  }
}

/** Nothing says that such a token was changed: a sibling installation may share the cookie's domain, or a key was removed. */
const UNKNOWN_KEY = 'The token was signed by another installation, or with a key that is no longer used.'

function keyOf({ alg }: TokenHeader, key: RingKey | undefined): RingKey {
  if (!key) throw new AuthError('token_signature_invalid', 'unknown kid', {}, UNKNOWN_KEY, 'token_key_unknown')
  if (alg !== key.alg) throw new AuthError('token_signature_invalid', 'alg is not the one of the key')
  return key
}
