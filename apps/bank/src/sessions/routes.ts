import type { CookieDefinition } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, type Frame, failures, ok, Success } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { SignOutPage } from './page.js'
import { endSession } from './store.js'

export interface SessionRoutesOptions {
  readonly db: BankDatabase
  readonly frame: Frame
  readonly tokenCookie: CookieDefinition
}

export async function sessionRoutes(app: App, { db, frame, tokenCookie }: SessionRoutesOptions): Promise<void> {
  /** The cookie goes only once the sign-in has ended: an answer that fails leaves the person able to try again. */
  async function signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.identity) await endSession(db, request.identity.sid)
    tokenCookie.clear(reply)
  }

  app.post(
    '/api/logout',
    {
      config: { auth: 'ending' },
      schema: {
        tags: ['sign-in'],
        summary: 'Sign out of every app',
        description: 'Also with an expired token, and when already signed out.',
        response: { 200: Success(Type.Null()), ...failures(403, 503) },
      },
    },
    async (request, reply) => {
      await signOut(request, reply)
      return ok(null)
    },
  )

  app.post('/sign-out', { config: { auth: 'ending', page: true }, schema: { hide: true } }, async (request, reply) => {
    await signOut(request, reply)
    return reply.redirect('/sign-in?signed_out=1', 303)
  })

  app.get('/sign-out', { config: { auth: 'ending', page: true }, schema: { hide: true } }, async (request, reply) =>
    request.identity
      ? reply.page(SignOutPage({ frame: frame(request) }))
      : reply.redirect('/sign-in?signed_out=1', 303),
  )
}
