import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionIdOfForm } from '../form-key.js'
import { addNoticeOfNewSession } from '../notices/store.js'
import { counted } from '../outcomes.js'
import { foldUsername, isUsername } from '../sign-in/rules.js'
import { hashOfCode } from './rules.js'
import { consumeCode, findCodeHolder, invalidCode } from './store.js'

export interface CodeSignInOptions {
  readonly db: BankDatabase
  /** Users without access. They are treated like unknown usernames. */
  readonly closedUserIds: readonly string[]
}

export interface PresentedCode {
  readonly username: string
  readonly recoveryCode: string
  readonly formKey?: string | undefined
}

/** RFC 8176: a one-time password. */
const AMR = ['otp']

/**
 * Signs in with a recovery code and consumes it, in the transaction that creates the session. A repeated form gets the session
 * that it created, as at a login with a password. Returns the token.
 *
 * @throws {AuthError} `invalid_credentials`, the same for an unknown username and for a wrong, used or replaced code.
 * @throws {ServiceError} `rate_limited`, counted with the failures of passwords.
 */
export function signInWithCode(
  { db, closedUserIds }: CodeSignInOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { username, recoveryCode, formKey }: PresentedCode,
): Promise<string> {
  const { attempts, signInOutcomes, userSessions } = request.server
  const folded = foldUsername(username)
  const codeHash = hashOfCode(recoveryCode)
  return counted(signInOutcomes, async () => {
    const takeBack = await attempts.countSignIn(folded, request.ip, request.receivedAtMs)
    let wrong = false
    try {
      const holder = isUsername(folded) ? await findCodeHolder(db, codeHash, folded) : null
      if (!holder || closedUserIds.includes(holder.person.id)) throw invalidCode()
      // A used code may belong to this form. Otherwise nothing is signed out for it.
      if (!holder.isUsed) await userSessions.revokePresented(request)
      return await userSessions.create(request, reply, holder.person, {
        id: sessionIdOfForm(formKey, holder.person.id),
        amr: AMR,
        claim: async (transaction, session) => {
          await consumeCode(transaction, codeHash, new Date(request.receivedAtMs))
          await addNoticeOfNewSession(transaction, session, 'recovery_code_used')
        },
      })
    } catch (error) {
      wrong = error instanceof AuthError && error.code === 'invalid_credentials'
      throw error
    } finally {
      if (!wrong) await takeBack()
    }
  })
}
