import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { type CookieScope, defineCookie } from './cookies.js'

/** The browser evicts the pages when the cookie is set. Nothing reads it afterwards. */
const MAX_AGE_SECONDS = 60

/**
 * Makes the browser evict pages of every host in the scope from its back/forward cache, so that the back button asks the
 * server again. Call it wherever a session's cookies are cleared.
 *
 * Chromium keeps `no-store` pages in that cache until an HttpOnly cookie of theirs is set. That a cookie is cleared does not
 * count where the same navigation had set it: the first page after a login, and a page whose session was renewed by a
 * redirect. So a cookie of its own gets a new value.
 */
export function cachedPagesEviction(scope: CookieScope): (reply: FastifyReply) => void {
  const cookie = defineCookie('signed_out', scope)
  return (reply) => cookie.set(reply, randomBytes(9).toString('base64url'), MAX_AGE_SECONDS)
}
