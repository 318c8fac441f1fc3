import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { type CookieScope, defineCookie } from './cookies.js'

/** Longer than a page stays open between two checks. A page without the cookie asks the server. */
const SEEN_MAX_AGE_SECONDS = 86_400
/** Any lifetime works: the browser evicts pages when the cookie is set, and nothing reads it. */
const SIGNED_OUT_MAX_AGE_SECONDS = 60

export interface SessionChange {
  /** Name of the cookie that scripts can read. Its opaque value changes whenever this browser signs in or out. */
  readonly seenCookieName: string
  /** Notifies the open pages of the browser. Call it wherever a session's cookies are set for the first time. */
  signedIn(reply: FastifyReply): void
  /**
   * Notifies the open pages, and makes the browser evict pages of every host in the scope from its back/forward cache, so that
   * the back button requests them again. Call it wherever a session's cookies are cleared.
   */
  signedOut(reply: FastifyReply): void
}

/**
 * Notifies the browser's open pages of a sign-in or sign-out with two cookies, without a request to a server.
 *
 * Chromium keeps `no-store` pages in its back/forward cache until one of their HttpOnly cookies is set. Clearing a cookie does not
 * evict a page if the same navigation had set it, as on the first page after a login or a renewal by redirect. So this sets a
 * second, HttpOnly cookie to a new value.
 */
export function sessionChange(scope: CookieScope): SessionChange {
  const seen = defineCookie('seen', scope, { httpOnly: false })
  const signedOut = defineCookie('signed_out', scope)
  const random = () => randomBytes(9).toString('base64url')
  const signedIn = (reply: FastifyReply) => seen.set(reply, random(), SEEN_MAX_AGE_SECONDS)
  return {
    seenCookieName: seen.name,
    signedIn,
    signedOut: (reply) => {
      signedIn(reply)
      signedOut.set(reply, random(), SIGNED_OUT_MAX_AGE_SECONDS)
    },
  }
}
