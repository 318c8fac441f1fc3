/**
 * The entry point of services that only verify. Nothing in it can sign a token or hash a password.
 *
 * To use it in another product: register `authentication` and `sameOrigin` on a Fastify instance, and give them keys
 * (`parseSecrets`), the issuer's and this service's public origins, the issuer's `client_id` and the cookie (`defineCookie`).
 * The README lists the threats that it covers.
 */
// `request.sessionRevoked`.
import './plugins/session-revoked.js'

export { type Clock, systemClock } from './clock.js'
export { commonCookieDomain, cookieDomainProblem } from './cookie-domain.js'
export {
  type CookieDefinition,
  type CookieOptions,
  type CookieReading,
  type CookieScope,
  defineCookie,
  readCookie,
} from './cookies.js'
export { AUTH_ERRORS, AuthError, type AuthErrorCode } from './errors.js'
export { type FetchedText, type FetchTextOptions, fetchText } from './fetch-text.js'
export type { Identity, SessionIdentity, StrategyName, TokenIdentity } from './identity.js'
export { type RemoteJwks, type RemoteJwksOptions, remoteJwks } from './keys/remote-jwks.js'
export type { KeyRing, KeySource, RingKey } from './keys/ring.js'
export { combineKeySources } from './keys/ring.js'
export { parseSecrets } from './keys/secrets.js'
export { ACCESS_TOKEN_TTL, type LifetimeRange, REVOCATION_MAX_AGE, SESSION_IDLE_TTL, SESSION_TTL } from './lifetimes.js'
export type { AnswerFormat } from './plugins/answer-format.js'
export {
  type AuthenticationOptions,
  type AuthRequirement,
  authentication,
} from './plugins/authentication.js'
export { heldResponses } from './plugins/held-responses.js'
export { type LogoutOptions, logout } from './plugins/logout.js'
export { type ReceiveMessageOptions, receiveMessage } from './plugins/receive-message.js'
export { type SameOriginOptions, sameOrigin } from './plugins/same-origin.js'
export { safeReturnTo } from './return-to.js'
export {
  type FollowOptions,
  followStatusLists,
  type Hold,
  type StatusListSource,
  type StatusLists,
} from './revocation/follow.js'
export { type HttpStatusListOptions, httpStatusListSource } from './revocation/http-source.js'
export { STATUS_LIST_SIZE } from './revocation/reference.js'
export type { StatusListVersion } from './revocation/status-list.js'
export { type SessionChange, sessionChange } from './session-change.js'
export { createMemoryStore } from './strategies/memory-store.js'
export type { ServerSessionOptions, ServerSessions } from './strategies/server-session.js'
export { ACCESS_TOKEN_TYP, type AccessTokenClaims } from './tokens/access-token.js'
export type { MessageClaims } from './tokens/message.js'
export { presentedCredentials } from './tokens/presented-credentials.js'
export { carriesBearer, readToken, type TokenSource } from './tokens/presented-token.js'
export { isUuid } from './uuid.js'
