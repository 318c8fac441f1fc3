import type { StrategyName } from '@signet/auth/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { beginSession, type SessionOptions } from '../sessions/begin.js'
import { endPresented } from '../sessions/end.js'
import { checkPassword, type PasswordCheck } from './check-password.js'
import { counted } from './metrics.js'

export interface Presented {
  readonly username: string
  readonly password: string
  readonly strategy?: StrategyName | undefined
}

/**
 * From a password to a sign-in, with its cookies. Whoever signs in again leaves no earlier sign-in behind. Returns the
 * token, or null where a session remembers the person.
 *
 * @throws what `checkPassword` and `beginSession` throw.
 */
export function signIn(
  options: SessionOptions & PasswordCheck,
  { username, password, strategy }: Presented,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | null> {
  return counted(options.counters.signIns, async () => {
    const person = await checkPassword(options, { username, password }, request, reply)
    await endPresented(request, options)
    return beginSession(options, person, request, reply, strategy)
  })
}
