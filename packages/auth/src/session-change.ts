import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { type CookieScope, defineCookie } from './cookies.js'

/** Longer than a page stays open between two looks at it; a page that finds no cookie asks the server all the same. */
const SEEN_MAX_AGE_SECONDS = 86_400
/** The browser evicts the pages when the cookie is set. Nothing reads it afterwards. */
const SIGNED_OUT_MAX_AGE_SECONDS = 60

export interface SessionChange {
  /** The cookie that scripts can read: it changes whenever this browser signs in or out. Its value means nothing. */
  readonly seenCookieName: string
  /** Notifies the open pages of the browser. Call it wherever a session's cookies are set for the first time. */
  signedIn(reply: FastifyReply): void
  /**
   * Notifies the open pages, and evicts all pages of every host in the scope from the browser's back/forward cache, so that the
   * back button asks the server again. Call it wherever a session's cookies are cleared.
   */
  signedOut(reply: FastifyReply): void
}

/**
 * Tells the browser's open pages that the user has changed: with two cookies, without a server to ask.
 *
 * Chromium keeps `no-store` pages in its back/forward cache until an HttpOnly cookie of theirs is set. That a cookie is cleared
 * does not count where the same navigation had set it: the first page after a login, and a page whose session was renewed by a
 * redirect. So a second, HttpOnly cookie gets a new value.
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
