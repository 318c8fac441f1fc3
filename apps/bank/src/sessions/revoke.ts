import { AuthError } from '@signet/auth/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SessionOptions } from './options.js'
import { presentedSessions } from './presented.js'
import { endSessions } from './store.js'

/**
 * Revokes sessions: in this process at once, everywhere else by the status lists. Returns how many were active.
 *
 * Every session that ends before its time ends here, or in `signOutElsewhere`.
 */
export async function revokeSessions(
  { db, markRevoked }: Pick<SessionOptions, 'db' | 'markRevoked'>,
  which: { readonly ids: readonly string[]; readonly userId?: string },
): Promise<number> {
  const { count, statusNumbers } = await endSessions(db, which)
  markRevoked(statusNumbers)
  return count
}

/** Revokes the sessions that a request shows to be its own. */
export async function revokeRequestSessions(options: SessionOptions, request: FastifyRequest): Promise<void> {
  await revokeSessions(options, { ids: await presentedSessions(options, request) })
  for (const sessions of request.server.serverSessions.values()) {
    if (!sessions.presentedBy(request)) continue
    // The sign-in has ended; that the store forgets it as well only saves room.
    await sessions.destroy(request).catch((error: unknown) => {
      if (!(error instanceof AuthError)) throw error
    })
  }
}

/** The cookies go only once the sign-in has ended: an answer that fails leaves the person able to try again. */
export async function signOut(options: SessionOptions, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await revokeRequestSessions(options, request)
  options.cookies.clear(reply)
  for (const { cookie } of request.server.serverSessions.values()) cookie.clear(reply)
}
