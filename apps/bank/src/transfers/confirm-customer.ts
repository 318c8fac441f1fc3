import { AuthError, type Identity } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { isTooOften, ServiceError, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { credentialsProblem } from '../sign-in/rules.js'
import { findSignInMethods } from '../sign-in-methods/store.js'
import { confirmationOf } from './rules.js'

/** What a review page says about the last attempt. */
export interface ReviewProblem {
  readonly passwordProblem?: string
  readonly passkeyProblem?: string
  readonly error?: string
}

/** What the user typed or used on a review page. */
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
  if (confirmationOf(user, new Date(request.receivedAtMs)) !== null) return user
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

const isRefusedProof = (code: string): boolean => code === 'invalid_credentials' || code === 'passkey_invalid'

/** Returns a refusal that a page explains. @throws every other error */
export function refusalOf(error: unknown): AuthError | ServiceError {
  if (error instanceof AuthError && isRefusedProof(error.code)) return error
  if (error instanceof ServiceError && error.statusCode < 500) return error
  throw error
}

/** Returns what the review page says about a missing or wrong proof; undefined for another refusal. */
export function reviewProblem(refusal: AuthError | ServiceError, { credential }: Proof): ReviewProblem | undefined {
  const { code, message } = refusal
  if (code === 'invalid_credentials') return { passwordProblem: 'The password is wrong. Try again.' }
  if (code === 'passkey_invalid') return { passkeyProblem: message }
  if (isTooOften(refusal)) return { error: message }
  if (code !== 'reauthentication_required') return undefined
  return credential
    ? { passkeyProblem: 'Your passkey confirmed another transfer. Check this one and confirm it.' }
    : { passwordProblem: 'Enter your password.' }
}
