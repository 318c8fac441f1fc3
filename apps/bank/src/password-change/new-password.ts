import { passwordLengthProblem } from '@signet/auth/issuer'
import { closedSignal, ServiceError, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { siteNetwork } from '../limits/network.js'
import { isTyped } from '../printable-text.js'

/** Checks what costs no hash. @throws {ServiceError} `invalid_request` */
export function requireLength(newPassword: string): void {
  const problem = isTyped(newPassword) ? passwordLengthProblem(newPassword) : 'Remove tabs and line breaks.'
  if (problem !== undefined) throw new ServiceError('invalid_request', problem)
}

/**
 * Checks and hashes a new password. A refused one counts as a failed login, so that a session cannot keep the hashing queue busy.
 *
 * @throws {ServiceError} `invalid_request` for a password that is easy to guess; `rate_limited`.
 * @throws {AuthError} `unavailable` when too many hashes wait.
 */
export async function hashNewPassword(
  request: FastifyRequest,
  reply: FastifyReply,
  newPassword: string,
): Promise<string> {
  const { username, name } = signedIn(request)
  const { passwords, attempts } = request.server
  const takeBack = await attempts.countSignIn(username, request.ip, request.receivedAtMs)
  let problem: string | undefined
  try {
    const waiting = { client: siteNetwork(request.ip), signal: closedSignal(reply) }
    problem = await passwords.problem(newPassword, [username, name], waiting)
    if (problem !== undefined) throw new ServiceError('invalid_request', problem)
    return await passwords.hash(newPassword, waiting)
  } finally {
    if (problem === undefined) await takeBack()
  }
}
