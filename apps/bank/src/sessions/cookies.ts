import {
  type CookieDefinition,
  type CookieScope,
  defineCookie,
  type SessionChange,
  sessionChange,
} from '@signet/auth/verifier'
import type { FastifyReply } from 'fastify'

export interface SignInCookies {
  readonly token: CookieDefinition
  readonly refresh: CookieDefinition
  set(reply: FastifyReply, values: { token: string; refreshToken: string }, maxAgeSeconds: number): void
  /** Notifies the browser's open pages of another user. */
  readonly notifySignedIn: SessionChange['signedIn']
  /** Also notifies the browser's open pages, and evicts pages from its back/forward cache. */
  clear(reply: FastifyReply): void
  /** Clears every refresh cookie of the name, also one with a `Domain` that a sibling host has planted. */
  clearEveryRefresh(reply: FastifyReply): void
}

/** The two cookies of a session: the token for every app, the refresh token for the bank only. */
export function signInCookies(scope: CookieScope): SignInCookies {
  const token = defineCookie('token', scope)
  const refresh = defineCookie('refresh', { ...scope, domain: undefined })
  // Over https there is no other: the name's `__Host-` prefix forbids a `Domain` and a path.
  const planted = scope.domain === undefined || scope.secure ? undefined : defineCookie('refresh', scope)
  const change = sessionChange(scope)
  return {
    token,
    refresh,
    set: (reply, values, maxAgeSeconds) => {
      token.set(reply, values.token, maxAgeSeconds)
      refresh.set(reply, values.refreshToken, maxAgeSeconds)
    },
    notifySignedIn: change.signedIn,
    clear: (reply) => {
      token.clear(reply)
      refresh.clear(reply)
      change.signedOut(reply)
    },
    clearEveryRefresh: (reply) => {
      planted?.clear(reply)
      refresh.clear(reply)
    },
  }
}
