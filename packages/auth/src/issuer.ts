/**
 * The entry point of the issuer, the one service that signs users in. Code that imports it can sign a token for any user, so
 * `npm run lint` refuses an import from any other service.
 */
export type { QueueOptions } from './hashing/fair-queue.js'
export type { Hasher } from './hashing/hasher.js'
export { inProcessHasher } from './hashing/in-process.js'
export { processHasher } from './hashing/separate-process.js'
export { parsePrivateJwks, publicJwks } from './keys/private-jwks.js'
export { keyRing } from './keys/ring.js'
export { PASSKEY_CHALLENGE_SECONDS, RECENT_AUTHENTICATION_SECONDS } from './lifetimes.js'
export {
  type BrowserBinding,
  browserBinding,
  type ChallengeBinding,
  type ChallengeStore,
  createChallenge,
  type PasskeyChallenge,
  type PasskeyPurpose,
  takeChallenge,
} from './passkeys/challenge.js'
export {
  AssertionJson,
  RegistrationJson,
  readAssertion,
  readChallenge,
  readRegistration,
} from './passkeys/credential-json.js'
export {
  creationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegisteredCredential,
  type RelyingParty,
  requestOptions,
} from './passkeys/options.js'
export {
  type KnownPasskey,
  PasskeyCounterError,
  type VerifiedAssertion,
  verifyAssertion,
} from './passkeys/verify-assertion.js'
export { type VerifiedRegistration, verifyRegistration } from './passkeys/verify-registration.js'
export {
  createPasswords,
  MAX_PASSWORD_CHARACTERS,
  MIN_PASSWORD_CHARACTERS,
  type PasswordLoad,
  type Passwords,
  type PasswordsOptions,
  passwordLengthProblem,
} from './passwords.js'
export {
  type IssuedToken,
  type IssuingOptions,
  issuing,
  type OutgoingMessage,
  type TokenSubject,
} from './plugins/issuing.js'
export { type PublishingOptions, publishing } from './plugins/publishing.js'
export { sessions } from './plugins/sessions.js'
export { type TwinIssuingOptions, twinIssuing } from './plugins/twin-issuing.js'
export type { Authentication } from './recent-authentication.js'
export { type OwnStatusLists, statusListSource } from './revocation/list-source.js'
export { isRevoked, statusBits, statusListVersion } from './revocation/status-list.js'
export { STATUS_LIST_MEDIA_TYPE } from './revocation/status-token.js'
export type { SessionsOptions } from './sessions/context.js'
export { type CreationOptions, deviceOfRequest, type Reauthenticated } from './sessions/create.js'
export { memorySessionStore } from './sessions/memory-store.js'
export type {
  ListedSession,
  NewSession,
  SessionStore,
  SessionUser,
  SessionWork,
  StoredSession,
} from './sessions/store.js'
export type { UserSessions } from './sessions/user-sessions.js'
