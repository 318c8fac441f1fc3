import type { FastifyReply } from 'fastify'
import { type CookieScope, defineCookie } from '../cookies.js'
import { sessionChange } from '../session-change.js'

export type SessionCookies = ReturnType<typeof sessionCookies>

/** The two cookies of a session: the token for every app, the refresh token for the issuer only. */
export function sessionCookies(scope: CookieScope) {
  const token = defineCookie('token', scope)
  const refresh = defineCookie('refresh', { ...scope, domain: undefined })
  // Over https there is no other: the name's `__Host-` prefix forbids a `Domain` and a path.
  const planted = scope.domain === undefined || scope.secure ? undefined : defineCookie('refresh', scope)
  const change = sessionChange(scope)
  return {
    token,
    refresh,
    set(reply: FastifyReply, values: { token: string; refreshToken: string }, maxAgeSeconds: number): void {
      token.set(reply, values.token, maxAgeSeconds)
      refresh.set(reply, values.refreshToken, maxAgeSeconds)
    },
    /** Notifies the browser's open pages of another user. */
    notifySignedIn: change.signedIn,
    /** Also notifies the browser's open pages, and evicts pages from its back/forward cache. */
    clear(reply: FastifyReply): void {
      token.clear(reply)
      refresh.clear(reply)
      change.signedOut(reply)
    },
    /** Clears every refresh cookie of the name, also one with a `Domain` that a sibling host has planted. */
    clearEveryRefresh(reply: FastifyReply): void {
      planted?.clear(reply)
      refresh.clear(reply)
    },
  }
}
