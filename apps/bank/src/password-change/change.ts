import { passwordLengthProblem } from '@signet/auth/issuer'
import { closedSignal, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { countingFailures } from '../limits/attempts.js'
import { siteNetwork } from '../limits/network.js'
import { addNoticeOfNewSession } from '../notices/store.js'
import type { BankOptions } from '../options.js'
import { isTyped } from '../printable-text.js'
import { checkOwnPassword, confirmUser, recentProof } from '../sign-in/check-password.js'
import { refuseSharedUser, requireWayIn } from '../sign-in-methods/store.js'
import { mayOmitPassword } from './rules.js'
import { removePassword, setPassword } from './store.js'

export type PasswordChangeOptions = Pick<BankOptions, 'db' | 'closedUserIds' | 'sharedUserIds'>

interface PasswordChange {
  /** Without it, the user must have authenticated with a passkey or a recovery code in the last five minutes. */
  readonly currentPassword?: string | undefined
  readonly newPassword: string
}

/**
 * Changes the password, or sets one for a user without a password. Revokes every other session of the user and gives this
 * request a new one. Returns the token, or null for a session strategy.
 *
 * @throws {AuthError} `invalid_credentials` for a wrong current password; `token_revoked` when the session has ended since, as
 *   for the second of two concurrent changes.
 * @throws {ServiceError} `invalid_request` for a password that registration would refuse; `reauthentication_required`;
 *   `rate_limited` as at a login; `forbidden` for a shared user.
 */
export async function changePassword(
  options: PasswordChangeOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { currentPassword, newPassword }: PasswordChange,
): Promise<string | null> {
  const { id } = signedIn(request)
  refuseSharedUser(options.sharedUserIds, id)
  requireLength(newPassword)
  if (currentPassword === undefined) assertMayOmitPassword(request)
  else await checkOwnPassword(options, request, reply, currentPassword)
  const passwordHash = await hashNewPassword(request, reply, newPassword)
  return request.server.userSessions.replaceAll(request, reply, async (transaction, session) => {
    await setPassword(transaction, id, { passwordHash, now: timeOf(request) })
    await addNoticeOfNewSession(transaction, session, 'password_changed')
  })
}

/**
 * Removes the password. Otherwise as `changePassword`.
 *
 * @param password confirms the removal when the user has not authenticated in the last five minutes.
 * @throws {ServiceError} `reauthentication_required`; `forbidden` for a user without two passkeys, or a passkey and unused
 *   recovery codes; `not_found` for a user without a password.
 */
export async function dropPassword(
  options: PasswordChangeOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  password?: string,
): Promise<string | null> {
  const { id } = signedIn(request)
  refuseSharedUser(options.sharedUserIds, id)
  await confirmUser(options, request, reply, password)
  return request.server.userSessions.replaceAll(request, reply, async (transaction, session) => {
    await removePassword(transaction, id, timeOf(request))
    await requireWayIn(transaction, id)
    await addNoticeOfNewSession(transaction, session, 'password_removed')
  })
}

function assertMayOmitPassword(request: FastifyRequest): void {
  if (mayOmitPassword(recentProof(request))) return
  throw new ServiceError(
    'reauthentication_required',
    'Enter your current password, or sign in again with a passkey and come back within five minutes.',
  )
}

/** Checks what costs no hash. @throws {ServiceError} `invalid_request` */
function requireLength(newPassword: string): void {
  const problem = isTyped(newPassword) ? passwordLengthProblem(newPassword) : 'Remove tabs and line breaks.'
  if (problem !== undefined) throw new ServiceError('invalid_request', problem)
}

/**
 * Checks and hashes a new password. A refused one counts as a failed login, so that a session cannot keep the hashing queue busy.
 *
 * @throws {ServiceError} `invalid_request` for a password that is easy to guess; `rate_limited`.
 * @throws {AuthError} `unavailable` when too many hashes wait.
 */
async function hashNewPassword(request: FastifyRequest, reply: FastifyReply, newPassword: string): Promise<string> {
  const { username, name } = signedIn(request)
  const { passwords, attempts } = request.server
  const takeBack = await attempts.countSignIn(username, request.ip, request.receivedAtMs)
  return countingFailures(takeBack, async () => {
    const waiting = { client: siteNetwork(request.ip), signal: closedSignal(reply) }
    const problem = await passwords.problem(newPassword, [username, name], waiting)
    if (problem !== undefined) throw new ServiceError('invalid_request', problem)
    return passwords.hash(newPassword, waiting)
  })
}
