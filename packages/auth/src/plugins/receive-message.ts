import type { FastifyRequest } from 'fastify'
import { type Clock, systemClock } from '../clock.js'
import type { CookieDefinition } from '../cookies.js'
import { AuthError } from '../errors.js'
import type { KeySource } from '../keys/ring.js'
import { ACCESS_TOKEN_TYP } from '../tokens/claims.js'
import { type MessageClaims, messageChecker, messageTyp } from '../tokens/message.js'
import { openToken } from '../tokens/open.js'
import { carriesBearer, presentedToken } from '../tokens/present.js'

export interface ReceiveMessageOptions {
  readonly keys: KeySource
  /** The cookie of sign-ins: what it carries is recognised here in order to be refused. */
  readonly tokenCookie: CookieDefinition
  /** The public origin of the service that signs messages. */
  readonly issuer: string
  /** The public origin of this service. */
  readonly audience: string
  /** The one kind that is taken. */
  readonly typ: string
  /** JSON Schema of what this kind says. */
  readonly schema: object
  readonly clock?: Clock
}

/**
 * Reads the message that another service sends as `Authorization: Bearer`, for a route of `config.auth: 'none'`.
 *
 * Everything that is checked of an access token is checked here too: one spelling, the key of its `kid` with that key's
 * `alg`, then `typ`, then claims. The token of somebody's sign-in is genuine and yet says nothing about a
 * message: it is `forbidden`, so that a person who calls the route learns that no sign-in will ever help.
 *
 * Does *not* stop the same message from being sent twice within its minute: act on its `jti` once.
 *
 * @throws {AuthError} `token_missing`, `token_malformed`, `token_signature_invalid`, `token_claims_invalid`,
 *   `token_expired`, `forbidden`; `unavailable` while keys cannot be fetched.
 */
export function receiveMessage<Claims extends object>(
  options: ReceiveMessageOptions,
): (request: FastifyRequest) => Promise<MessageClaims & Claims> {
  const { keys, tokenCookie, clock = systemClock } = options
  const typ = messageTyp(options.typ)
  const checkClaims = messageChecker<Claims>(options)
  return async (request) => {
    const token = presentedToken(request.headers, tokenCookie.name, 'header-or-cookie')
    const { header, payload } = await openToken(token, keys)
    if (header.typ === ACCESS_TOKEN_TYP) throw new AuthError('forbidden', "the token of somebody's sign-in")
    // A browser sends its cookies unasked: a message is taken from the header alone.
    if (!carriesBearer(request.headers)) throw new AuthError('token_missing', 'a message in a cookie')
    if (header.typ !== typ) throw new AuthError('token_claims_invalid', 'typ is another')
    return checkClaims(payload, clock())
  }
}
