import type { StrategyName } from '@signet/auth/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sessionIdOfForm } from '../form-key.js'
import { counted } from '../outcomes.js'
import { checkPassword, type PasswordOptions } from './check-password.js'
import { claimPassword } from './store.js'

export interface Presented {
  readonly username: string
  readonly password: string
  readonly strategy?: StrategyName | undefined
  readonly formKey?: string | undefined
}

/**
 * Verifies a password, creates a session and sets its cookies. Revokes the earlier sessions of this browser. Returns the
 * token, or null for a session strategy.
 *
 * @throws what `checkPassword` throws.
 */
export function signIn(
  options: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { username, password, strategy, formKey }: Presented,
): Promise<string | null> {
  const { userSessions, signInOutcomes } = request.server
  return counted(signInOutcomes, async () => {
    const user = await checkPassword(options, request, reply, { username, password })
    await userSessions.revokePresented(request)
    const id = sessionIdOfForm(formKey, user.id, strategy)
    return userSessions.create(request, reply, user, { strategy, id, claim: claimPassword(user) })
  })
}
