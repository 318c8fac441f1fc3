import { type CookieDefinition, readCookie } from '@signet/auth/verifier'
import { type App, callContext, failures, ok, Success } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { endAtBank } from './end-at-bank.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Calls back when the bank has revoked the sessions that a request presented. */
    onRevokedAtBank(listener: (request: FastifyRequest) => void): void
  }
}

export interface SignOutOptions {
  readonly bankUrl: string
  readonly bankInternalUrl: string
  /** This service's public origin. */
  readonly origin: string
  readonly tokenCookie: CookieDefinition
}

/** Signing out of every app, by way of the bank. */
export const signOut = fastifyPlugin(signOutRoutes, {
  name: '@signet/retirement-sign-out',
  fastify: '5.x',
  dependencies: ['@signet/authentication'],
})

async function signOutRoutes(app: App, options: SignOutOptions): Promise<void> {
  const { bankUrl, bankInternalUrl, origin, tokenCookie } = options
  const listeners: ((request: FastifyRequest) => void)[] = []
  app.decorate('onRevokedAtBank', (listener) => {
    listeners.push(listener)
  })

  /**
   * The cookies by which the bank can tell the sessions of this request: the tokens that were accepted here, which may be of
   * different sessions, and the session ids as sent. An id of the bank's memory is known there alone.
   */
  function proofOf(request: FastifyRequest): string[] {
    const tokens = (request.acceptedTokens ?? []).map(({ token }) => `${tokenCookie.name}=${token}`)
    const sessions = [...app.serverSessions.values()].flatMap(({ cookie: { name } }) => {
      const { count, value, others } = readCookie(request.headers.cookie, name)
      return count === 0 ? [] : [value, ...others].map((id) => `${name}=${id}`)
    })
    return [...tokens, ...sessions]
  }

  /** The cookies go only once the bank has ended the sign-in: half a sign-out would look like a whole one. */
  async function endEverywhere(request: FastifyRequest, reply: FastifyReply) {
    const proof = proofOf(request)
    if (proof.length > 0) {
      await endAtBank(bankInternalUrl, { cookie: proof.join('; ') }, callContext(request))
      for (const listener of listeners) listener(request)
    }
    tokenCookie.clear(reply)
    for (const { cookie } of app.serverSessions.values()) cookie.clear(reply)
  }

  app.post(
    '/api/logout',
    {
      config: { auth: 'allow-expired' },
      schema: {
        tags: ['sign-in'],
        summary: 'Sign out of every app',
        description: 'Also with an expired token, and when already signed out. The bank is told server to server.',
        response: { 200: Success(Type.Null()), ...failures(403, 503) },
      },
    },
    async (request, reply) => {
      await endEverywhere(request, reply)
      return ok(null)
    },
  )

  app.post(
    '/sign-out',
    { config: { auth: 'allow-expired', page: true }, schema: { hide: true } },
    async (request, reply) => {
      // With no token left there is nothing to tell the bank by: there the person is asked, and its own cookie says who.
      const alreadySignedOut = request.authError?.code === 'token_revoked'
      if (!request.identity && !alreadySignedOut) return reply.redirect(`${bankUrl}/sign-out`, 303)
      await endEverywhere(request, reply)
      const query = new URLSearchParams({ signed_out: '1', return_to: `${origin}/` })
      return reply.redirect(`${bankUrl}/sign-in?${query}`, 303)
    },
  )
}
