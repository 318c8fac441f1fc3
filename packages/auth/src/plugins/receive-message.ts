import type { FastifyInstance, FastifyRequest } from 'fastify'
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
  /** The cookie of access tokens: what it carries is read in order to be refused. */
  readonly tokenCookie: CookieDefinition
  /** The public origin of the service that signs messages. */
  readonly issuer: string
  /** The public origin of this service. */
  readonly audience: string
  /** The one kind that is accepted. */
  readonly typ: string
  /** JSON Schema of the claims that this kind adds. */
  readonly schema: object
}

/**
 * Returns a function that reads the message which another service sends as `Authorization: Bearer`, for a route of
 * `config.auth: 'none'`.
 *
 * A message is verified as an access token is, then by its `typ` and its claims. An access token is genuine and yet says
 * nothing about a message: it is `forbidden`, so that a user who calls the route learns that no session will ever help.
 *
 * Does *not* stop the same message from being sent twice within its minute: act on its `jti` once.
 *
 * @throws {AuthError} (the function) `token_missing`, `token_malformed`, `token_signature_invalid`, `token_claims_invalid`,
 *   `token_expired`, `forbidden`; `unavailable` while keys cannot be fetched.
 */
export async function receiveMessage<Claims extends object>(
  app: FastifyInstance,
  options: ReceiveMessageOptions,
): Promise<(request: FastifyRequest) => Promise<MessageClaims & Claims>> {
  const { keys, issuer, audience, tokenCookie } = options
  const typ = messageTyp(options.typ)
  const checkClaims = messageChecker<Claims>(options.schema)
  const verify = await createVerifier(app, `message ${typ}`, {
    keys,
    issuer,
    audience,
    requiredClaims: REQUIRED_MESSAGE_CLAIMS,
  })

  return async (request) => {
    const token = presentedToken(request.headers, tokenCookie.name, 'header-or-cookie')
    const isAccessToken = readCanonicalHeader(token).typ === ACCESS_TOKEN_TYP
    const verified = await verify(token).catch((error: unknown) => {
      // Its signature was valid: claims are checked after it.
      if (isAccessToken && error instanceof AuthError && error.code === 'token_claims_invalid') throw forbidden()
      throw error
    })
    if (isAccessToken) throw forbidden()
    // A browser sends its cookies on its own: a message is taken from the header alone.
    if (!carriesBearer(request.headers)) throw new AuthError('token_missing', 'a message in a cookie')
    if (verified.header.typ !== typ) throw new AuthError('token_claims_invalid', 'typ is another')
    const claims = checkClaims(verified.payload, systemClock())
    if (verified.expired) throw new AuthError('token_expired', `expired at ${claims.exp}`)
    return claims
  }
}

const forbidden = (): AuthError => new AuthError('forbidden', 'an access token')
