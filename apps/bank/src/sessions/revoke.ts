import { ServiceError } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SessionOptions } from './options.js'
import { presentedSessions } from './presented.js'
import { endSessions } from './store.js'

/**
 * Revokes sessions: in this process at once, everywhere else by the status lists. Returns how many are revoked
 * now, including those that were revoked before: revoking a session twice is not an error.
 *
 * Sessions are revoked here or in `signOutElsewhere` only.
 */
export async function revokeSessions(
  { db, markRevoked }: Pick<SessionOptions, 'db' | 'markRevoked'>,
  which: { readonly ids: readonly string[]; readonly userId?: string },
): Promise<number> {
  const statusNumbers = await endSessions(db, which)
  markRevoked(statusNumbers)
  return statusNumbers.length
}

/** Revokes the sessions of all credentials of a request. Returns whether a session was found for each kind of credential. */
export async function revokeRequestSessions(options: SessionOptions, request: FastifyRequest): Promise<boolean> {
  const { sids, complete } = await presentedSessions(options, request)
  await revokeSessions(options, { ids: sids })
  return complete
}

/**
 * Signs out. The cookies are cleared only once every session is revoked, so that a failed sign-out can be repeated.
 *
 * @throws {ServiceError} `session_unknown` when no session was found for a credential. All others are revoked.
 */
export async function signOut(options: SessionOptions, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!(await revokeRequestSessions(options, request))) throw new ServiceError('session_unknown')
  options.cookies.clear(reply)
  for (const { cookie } of request.server.serverSessions.values()) cookie.clear(reply)
  options.recent.clear(reply)
}
