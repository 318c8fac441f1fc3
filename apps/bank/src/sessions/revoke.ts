import { AuthError } from '@signet/auth/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SessionOptions } from './options.js'
import { presentedSessions } from './presented.js'
import { endSessions } from './store.js'

/** Revokes the sessions that a request shows to be its own, everywhere: the status list tells every server. */
export async function revokeRequestSessions(options: SessionOptions, request: FastifyRequest): Promise<void> {
  await endSessions(options.db, await presentedSessions(options, request))
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
