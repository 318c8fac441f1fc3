import { AuthError } from '@signet/auth/verifier'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SessionOptions } from './begin.js'
import { presentedSignIns } from './presented.js'
import { endSessions } from './store.js'

/** Ends what a request shows to be its own sign-ins, everywhere: the status list tells every server. */
export async function endPresented(request: FastifyRequest, options: SessionOptions): Promise<void> {
  await endSessions(options.db, await presentedSignIns(request, options))
  for (const sessions of request.server.serverSessions.values()) {
    if (!sessions.presentedBy(request)) continue
    // The sign-in has ended; that the store forgets it as well only saves room.
    await sessions.destroy(request).catch((error: unknown) => {
      if (!(error instanceof AuthError)) throw error
    })
  }
}

/** The cookies go only once the sign-in has ended: an answer that fails leaves the person able to try again. */
export async function signOut(request: FastifyRequest, reply: FastifyReply, options: SessionOptions): Promise<void> {
  await endPresented(request, options)
  options.cookies.clear(reply)
  for (const { cookie } of request.server.serverSessions.values()) cookie.clear(reply)
}
