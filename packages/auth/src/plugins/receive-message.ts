import type { FastifyRequest } from 'fastify'
import { systemClock } from '../clock.js'
import type { CookieDefinition } from '../cookies.js'
import { AuthError } from '../errors.js'
import type { KeySource } from '../keys/ring.js'
import { ACCESS_TOKEN_TYP } from '../tokens/access-token.js'
import { readCanonicalHeader } from '../tokens/canonical-encoding.js'
import { type MessageClaims, messageChecker, messageTyp, REQUIRED_MESSAGE_CLAIMS } from '../tokens/message.js'
import { carriesBearer, presentedToken } from '../tokens/presented-token.js'
import { createVerifier } from '../tokens/verify-token.js'

export interface ReceiveMessageOptions {
  readonly keys: KeySource
  /** The cookie of access tokens, which is read only to refuse it. */
  readonly tokenCookie: CookieDefinition
  /** Public origin of the service that signs messages. */
  readonly issuer: string
  /** This service's public origin. */
  readonly audience: string
  /** The accepted kind of message. */
  readonly typ: string
  /** JSON Schema of the claims of this kind. */
  readonly schema: object
}

/**
 * Returns a function that verifies the message of another service in `Authorization: Bearer`, for a route with
 * `config.auth: 'none'`.
 *
 * Verifies a message like an access token, then checks its `typ` and claims. A genuine access token is `forbidden`, not 401, so
 * that a user who calls the route learns that no session helps.
 *
 * Does *not* detect a repeated message within its 60 s: the caller must process a `jti` only once.
 *
 * The function rejects with {@link AuthError} `token_missing`, `token_malformed`, `token_signature_invalid`, `token_claims_invalid`,
 * `token_expired`, `forbidden`, and `unavailable` while keys cannot be fetched.
 */
export function receiveMessage<Claims extends object>(
  options: ReceiveMessageOptions,
): (request: FastifyRequest) => Promise<MessageClaims & Claims> {
  const { keys, issuer, audience, tokenCookie } = options
  const typ = messageTyp(options.typ)
  const checkClaims = messageChecker<Claims>(options.schema)
  const verify = createVerifier({
    keys,
    issuer,
    audience,
    requiredClaims: REQUIRED_MESSAGE_CLAIMS,
  })

  return async (request) => {
    const token = presentedToken(request.headers, tokenCookie.name, 'header-or-cookie')
    const isAccessToken = readCanonicalHeader(token).typ === ACCESS_TOKEN_TYP
    const verified = await verify(token).catch((error: unknown) => {
      // The signature is valid, because claims are checked after it.
      if (isAccessToken && error instanceof AuthError && error.code === 'token_claims_invalid') throw forbidden()
      throw error
    })
    if (isAccessToken) throw forbidden()
    // Browsers send cookies automatically, so a message is accepted only in the header.
    if (!carriesBearer(request.headers)) throw new AuthError('token_missing', 'a message in a cookie')
    if (verified.header.typ !== typ) throw new AuthError('token_claims_invalid', 'typ is another')
    const claims = checkClaims(verified.payload, systemClock())
    if (verified.expired) throw new AuthError('token_expired', `expired at ${claims.exp}`)
    return claims
  }
}

const forbidden = (): AuthError => new AuthError('forbidden', 'an access token')
