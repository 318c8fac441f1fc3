import { PASSKEY_CHALLENGE_SECONDS } from '@signet/auth/issuer'
import { AuthError, type Identity } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { isTooOften, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Transaction } from '../ledger/store.js'
import { credentialsProblem } from '../sign-in/rules.js'
import { findSignInMethods } from '../sign-in-methods/store.js'
import { type Confirmation, confirmationOf } from './rules.js'

/** Saves that a passkey has confirmed a transfer, which must be sent within five minutes. */
export async function saveConfirmation(db: BankDatabase, commitment: string, now: Date): Promise<void> {
  const expiresAt = new Date(now.getTime() + PASSKEY_CHALLENGE_SECONDS * 1000)
  await db.transferConfirmation.upsert({
    where: { commitment },
    create: { commitment, expiresAt },
    update: { expiresAt },
  })
}

/** Uses up the confirmation of a request. A transaction that is rolled back keeps it. @throws `reauthentication_required` */
export async function takeConfirmation(transaction: Transaction, commitment: string, now: Date): Promise<Confirmation> {
  const { count } = await transaction.transferConfirmation.deleteMany({ where: { commitment, expiresAt: { gt: now } } })
  if (count === 0) throw new ServiceError('reauthentication_required')
  return 'passkey'
}

export interface ReviewProblem {
  readonly passwordProblem?: string
  readonly passkeyProblem?: string
  readonly error?: string
}

interface Proof {
  readonly password?: string
  readonly credential?: string
}

/**
 * Returns the customer, with a new `auth_time` when the password was typed on the review page. A passkey that was used there
 * confirms the request that its challenge names, and nothing else.
 *
 * @throws {AuthError} `invalid_credentials`, `passkey_invalid`
 */
export async function confirmCustomer(
  request: FastifyRequest,
  reply: FastifyReply,
  { password, credential }: Proof,
): Promise<Identity> {
  const user = signedIn(request)
  const { passkeys, reauthenticate } = request.server
  if (confirmationOf(user, timeOf(request)) !== null) return user
  if (credential) await passkeys.reauthenticate(request, reply, credential)
  if (credential || !password) return user
  if (credentialsProblem({ password }) !== undefined) throw new AuthError('invalid_credentials')
  return { ...user, ...(await reauthenticate(request, reply, password)) }
}

/** Returns which fields a review page shows to a customer who must confirm a request. */
export async function confirmationFields(db: BankDatabase, userId: string, isNeeded: boolean) {
  const methods = isNeeded ? await findSignInMethods(db, userId) : undefined
  return { asksPassword: methods?.hasPassword ?? false, asksPasskey: (methods?.passkeys ?? 0) > 0 }
}

/**
 * Returns a refusal that a page explains, and sets the status of the response. `problem` is what the review page says about a missing
 * or wrong proof; undefined for another refusal. Throws every other error.
 */
export function shownRefusal(error: unknown, request: FastifyRequest<{ Body: Proof }>, reply: FastifyReply) {
  const isWrongProof =
    error instanceof AuthError && (error.code === 'invalid_credentials' || error.code === 'passkey_invalid')
  if (!isWrongProof && !(error instanceof ServiceError && error.statusCode < 500)) throw error
  const { statusCode, code, message, headers } = error
  request.log.info({ code }, 'request of a form refused')
  reply.code(statusCode).headers(headers)
  return { statusCode, code, message, problem: reviewProblem(error, request.body) }
}

function reviewProblem(refusal: AuthError | ServiceError, { credential }: Proof): ReviewProblem | undefined {
  const { code, message } = refusal
  if (code === 'invalid_credentials') return { passwordProblem: 'The password is wrong. Try again.' }
  if (code === 'passkey_invalid') return { passkeyProblem: message }
  if (isTooOften(refusal)) return { error: message }
  if (code !== 'reauthentication_required') return undefined
  return credential
    ? { passkeyProblem: 'Your passkey confirmed another transfer. Check this one and confirm it.' }
    : { passwordProblem: 'Enter your password.' }
}
