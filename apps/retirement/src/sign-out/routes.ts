import {
  type AccessTokenClaims,
  type CookieDefinition,
  presentedToken,
  readCookie,
  type TokenSource,
} from '@signet/auth/verifier'
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
   * Whatever the bank may know sign-ins of this person by, as this request carries it. A session's cookie is passed on
   * unread: one that is kept in the bank's memory is known there alone.
   */
  function proofOf(request: FastifyRequest, source: TokenSource): Record<string, string> {
    const sessions = [...app.serverSessions.values()].flatMap(({ cookie: { name } }) => {
      const { count, value } = readCookie(request.headers.cookie, name)
      return count === 1 ? [`${name}=${value}`] : []
    })
    return {
      ...(request.identity?.strategy === 'jwt'
        ? { authorization: `Bearer ${presentedToken(request.headers, tokenCookie.name, source)}` }
        : {}),
      ...(sessions.length > 0 ? { cookie: sessions.join('; ') } : {}),
    }
  }

  /** The sessions of a request that this service can read: it refuses them itself as soon as they are revoked. */
  async function knownSessions(request: FastifyRequest): Promise<{ status: AccessTokenClaims['status'] }[]> {
    const { identity } = request
    const others = [...app.serverSessions.values()].filter(
      (sessions) => sessions.strategy !== identity?.strategy && sessions.presentedBy(request),
    )
    // What the store does not know, or cannot say now, is the bank's to decide.
    const found = await Promise.all(others.map((sessions) => sessions.find(request).catch(() => undefined)))
    const own = identity?.strategy === 'jwt' ? identity.claims : identity?.record
    return [own, ...found].filter((session) => session !== undefined)
  }

  /** The cookies go only once the bank has ended the sign-in: half a sign-out would look like a whole one. */
  async function endEverywhere(request: FastifyRequest, reply: FastifyReply, source: TokenSource) {
    const proof = proofOf(request, source)
    if (Object.keys(proof).length > 0) {
      const ending = await knownSessions(request)
      await endAtBank(bankInternalUrl, proof, callContext(request))
      for (const session of ending) app.statusLists.markRevoked(session)
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
      await endEverywhere(request, reply, 'header-or-cookie')
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
      await endEverywhere(request, reply, 'cookie')
      const query = new URLSearchParams({ signed_out: '1', return_to: `${origin}/` })
      return reply.redirect(`${bankUrl}/sign-in?${query}`, 303)
    },
  )
}
