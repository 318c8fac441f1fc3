import {
  type CookieDefinition,
  type Identity,
  presentedToken,
  readCookie,
  type TokenSource,
} from '@signet/auth/verifier'
import { type App, failures, ok, Success } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { endAtBank } from './end-at-bank.js'

export interface SignOutRoutesOptions {
  readonly bankUrl: string
  readonly bankInternalUrl: string
  /** This service's public origin. */
  readonly origin: string
  readonly tokenCookie: CookieDefinition
}

export async function signOutRoutes(app: App, options: SignOutRoutesOptions): Promise<void> {
  const { bankUrl, bankInternalUrl, origin, tokenCookie } = options

  /** What the bank knows the sign-in by, as this request carries it. */
  function proofOf(request: FastifyRequest, identity: Identity, source: TokenSource): Record<string, string> {
    const sessions = app.serverSessions.get(identity.strategy)
    if (!sessions) return { authorization: `Bearer ${presentedToken(request.headers, tokenCookie.name, source)}` }
    const { name } = sessions.cookie
    return { cookie: `${name}=${readCookie(request.headers.cookie, name).value}` }
  }

  /** The cookies go only once the bank has ended the sign-in: half a sign-out would look like a whole one. */
  async function signOut(request: FastifyRequest, reply: FastifyReply, source: TokenSource) {
    const { identity } = request
    if (identity) {
      await endAtBank(bankInternalUrl, proofOf(request, identity, source), request.id)
      request.noteAsked({ whom: 'bank', what: 'POST /api/logout', answer: '200, ended everywhere' })
    }
    tokenCookie.clear(reply)
    if (identity) app.serverSessions.get(identity.strategy)?.cookie.clear(reply)
  }

  app.post(
    '/api/logout',
    {
      config: { auth: 'ending' },
      schema: {
        tags: ['sign-in'],
        summary: 'Sign out of every app',
        description: 'Also with an expired token, and when already signed out. The bank is told server to server.',
        response: { 200: Success(Type.Null()), ...failures(403, 503) },
      },
    },
    async (request, reply) => {
      await signOut(request, reply, 'header-or-cookie')
      return ok(null)
    },
  )

  app.post('/sign-out', { config: { auth: 'ending', page: true }, schema: { hide: true } }, async (request, reply) => {
    // With no token left there is nothing to tell the bank by: there the person is asked, and its own cookie says who.
    if (!request.identity) return reply.redirect(`${bankUrl}/sign-out`, 303)
    await signOut(request, reply, 'cookie')
    const query = new URLSearchParams({ signed_out: '1', return_to: `${origin}/` })
    return reply.redirect(`${bankUrl}/sign-in?${query}`, 303)
  })
}
