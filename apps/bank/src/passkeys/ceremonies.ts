import {
  type BrowserBinding,
  type ChallengeBinding,
  type ChallengeStore,
  createChallenge,
  PasskeyCounterError,
  type PasskeyPurpose,
  type RelyingParty,
  readAssertion,
  readChallenge,
  readRegistration,
  type SessionUser,
  takeChallenge,
  type VerifiedRegistration,
  verifyAssertion,
  verifyRegistration,
} from '@signet/auth/issuer'
import { AuthError } from '@signet/auth/verifier'
import { type App, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { countingFailures } from '../limits/attempts.js'
import type { BankOptions } from '../options.js'
import { foldUsername } from '../sign-in/rules.js'
import { findByCredentialId, touchPasskey } from './store.js'

export interface CeremonyOptions extends Pick<BankOptions, 'db' | 'closedUserIds' | 'sharedUserIds'> {
  readonly challenges: ChallengeStore
  readonly binding: BrowserBinding
  readonly rp: RelyingParty
}

/** Challenges of one user per minute, which each store a row. */
const CHALLENGES_OF_USER = { attempts: 60, durationSeconds: 60 }

/** Returns a function that counts the challenges of a signed-in user. It throws {ServiceError} `rate_limited`. */
export const challengeLimit = ({ attempts }: Pick<App, 'attempts'>) =>
  attempts.limitByUser('passkey-challenge:user', CHALLENGES_OF_USER)

/** Creates the challenge of a ceremony, bound to the browser of the request. */
export async function begin(
  { challenges, binding }: CeremonyOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  bound: ChallengeBinding,
): Promise<string> {
  const browserId = binding.idOf(request)
  const challenge = await createChallenge(challenges, bound, browserId, timeOf(request))
  binding.keep(reply, browserId)
  return challenge
}

/** Verifies the registration of a passkey for a user. @throws {AuthError} `passkey_invalid` */
export async function verifyNewPasskey(
  { challenges, binding, rp }: CeremonyOptions,
  request: FastifyRequest,
  credential: unknown,
  userId: string,
): Promise<VerifiedRegistration> {
  const registration = readRegistration(credential)
  const challenge = readChallenge(registration.response.clientDataJSON, 'webauthn.create')
  const wanted = { purposes: ['register'] as const, userId }
  await takeChallenge(challenges, challenge, wanted, binding.presented(request), timeOf(request))
  return verifyRegistration(registration, challenge, rp)
}

export interface ProvedPasskey {
  readonly passkeyId: string
  readonly person: SessionUser
  /** Hash of the action that the user has confirmed. */
  readonly commitment: string | null
  readonly amr: readonly string[]
}

/**
 * Verifies an assertion and returns its user. Failures count before anything is verified, separately from wrong passwords, which
 * therefore cannot keep a user from signing in with a passkey.
 *
 * @param userId the user of the session; null at a login.
 * @throws {AuthError} `passkey_invalid`, the same for an unknown and a removed passkey and for one of another user.
 * @throws {ServiceError} `rate_limited` after too many failures.
 */
export async function provePasskey(
  options: CeremonyOptions,
  request: FastifyRequest,
  credential: unknown,
  { purposes, userId }: { readonly purposes: readonly PasskeyPurpose[]; readonly userId: string | null },
): Promise<ProvedPasskey> {
  const { db, challenges, binding, rp, closedUserIds } = options
  const assertion = readAssertion(credential)
  const challenge = readChallenge(assertion.response.clientDataJSON, 'webauthn.get')
  const passkey = await findByCredentialId(db, assertion.id)
  const name = passkey ? foldUsername(passkey.user.username) : `passkey ${assertion.id}`
  const takeBack = await request.server.attempts.countPasskey(name, request.ip, request.receivedAtMs)
  const verifying = countingFailures(takeBack, async () => {
    const now = timeOf(request)
    const taken = await takeChallenge(challenges, challenge, { purposes, userId }, binding.presented(request), now)
    if (!passkey || closedUserIds.includes(passkey.userId)) throw new AuthError('passkey_invalid', 'an unknown passkey')
    if (userId !== null && passkey.userId !== userId)
      throw new AuthError('passkey_invalid', 'a passkey of another user')
    const verified = await verifyAssertion(assertion, passkey, challenge, rp, { userIsKnown: userId !== null })
    // Of two concurrent assertions with one counter, one is of a copy.
    if (!(await touchPasskey(db, passkey.id, { ...verified, now }))) throw new PasskeyCounterError()
    const { id: passkeyId, user: person } = passkey
    return { passkeyId, person, commitment: taken.commitment, amr: verified.amr }
  })
  return verifying.catch((error: unknown) => {
    if (error instanceof PasskeyCounterError)
      request.log.warn({ passkeyId: passkey?.id, userId: passkey?.userId }, 'a passkey may have been copied')
    throw error
  })
}
