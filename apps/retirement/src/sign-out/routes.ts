import { AuthError, type CookieDefinition, type CookieScope, logout, presentedCredentials } from '@signet/auth/verifier'
import { type App, answers, callContext, contextHeaders, pageRoute } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Adds a listener that runs after the bank has revoked the sessions of a request. */
    onRevokedAtBank(listener: (request: FastifyRequest) => void): void
  }
}

export interface SignOutOptions {
  readonly bankUrl: string
  readonly bankInternalUrl: string
  readonly origin: string
  readonly tokenCookie: CookieDefinition
  readonly cookieScope: CookieScope
}

/** Registers the sign-out, which asks the bank to revoke the session for every app. */
export const signOut = fastifyPlugin(
  async (app: App, { bankUrl, bankInternalUrl: internalUrl, origin, tokenCookie, cookieScope }: SignOutOptions) => {
    const listeners: ((request: FastifyRequest) => void)[] = []
    app.decorate('onRevokedAtBank', (listener) => {
      listeners.push(listener)
    })
    await app.register(logout, {
      internalUrl,
      cookieScope,
      statusLists: app.statusLists,
      headersOf: (request) => contextHeaders(callContext(request)),
      onRevoked: (request) => {
        for (const listener of listeners) listener(request)
      },
      answers,
    })

    app.post('/sign-out', pageRoute({ auth: 'allow-expired' }), async (request, reply) => {
      // The bank asks the user to confirm, and can find the session by its refresh cookie.
      const leaveToBank = () => reply.redirect(`${bankUrl}/sign-out`, 303)
      if (presentedCredentials(request, tokenCookie).length === 0) return leaveToBank()
      try {
        await app.logout(request, reply)
      } catch (error) {
        if (error instanceof AuthError && error.code === 'session_unknown') return leaveToBank()
        throw error
      }
      const query = new URLSearchParams({ signed_out: '1', return_to: `${origin}/` })
      return reply.redirect(`${bankUrl}/sign-in?${query}`, 303)
    })
  },
  { name: '@signet/retirement-sign-out', dependencies: ['@signet/authentication'] },
)
