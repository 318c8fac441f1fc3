import { AuthError } from '@signet/auth/verifier'
import { signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { checkPassword, type PasswordOptions } from './check-password.js'
import { requireRecentAuthentication } from './recent-authentication.js'
import { credentialsProblem } from './rules.js'

/** Verifies the password of the authenticated user, as `checkPassword` does. The session keeps its `auth_time`. */
export async function checkOwnPassword(
  options: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  password: string,
): Promise<void> {
  if (credentialsProblem({ password }) !== undefined) throw new AuthError('invalid_credentials')
  await checkPassword(options, request, reply, { username: signedIn(request).username, password })
}

/**
 * Requires an authentication of the last five minutes, or else the password in this request, which confirms this request only.
 *
 * @throws {ServiceError} `reauthentication_required` when there is neither; what `checkPassword` throws.
 */
export async function confirmUser(
  options: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  password = '',
): Promise<void> {
  if (password === '') return requireRecentAuthentication(request)
  if (request.server.userSessions.proved(request, new Date(request.receivedAtMs))) return
  await checkOwnPassword(options, request, reply, password)
}
