import { type CookieDefinition, type CookieScope, defineCookie } from '@signet/auth/verifier'
import type { FastifyReply } from 'fastify'

export interface SignInCookies {
  readonly token: CookieDefinition
  readonly refresh: CookieDefinition
  set(reply: FastifyReply, values: { token: string; refreshToken: string }, maxAgeSeconds: number): void
  clear(reply: FastifyReply): void
  /**
   * Clears a refresh token that was planted by a sibling host, and leaves the bank's own. Only a cookie with a `Domain` can
   * have been, and over https not even that: the name's `__Host-` prefix forbids it.
   */
  clearPlantedRefresh(reply: FastifyReply): void
}

/** The two cookies of a sign-in: the token goes to every app, the refresh token to the bank alone. */
export function signInCookies(scope: CookieScope): SignInCookies {
  const token = defineCookie('token', scope)
  const refresh = defineCookie('refresh', { ...scope, domain: undefined })
  const planted = scope.domain === undefined || scope.secure ? undefined : defineCookie('refresh', scope)
  return {
    token,
    refresh,
    set: (reply, values, maxAgeSeconds) => {
      token.set(reply, values.token, maxAgeSeconds)
      refresh.set(reply, values.refreshToken, maxAgeSeconds)
    },
    clear: (reply) => {
      token.clear(reply)
      refresh.clear(reply)
    },
    clearPlantedRefresh: (reply) => planted?.clear(reply),
  }
}
