import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CookieScope, defineCookie, readCookie } from '../cookies.js'
import { PASSKEY_CHALLENGE_SECONDS } from '../lifetimes.js'

/** Binds challenges to the browser that requested them. */
export interface BrowserBinding {
  /** Returns the browser's id, or a new one. Tabs share it. */
  idOf(request: FastifyRequest): string
  /** Keeps an id in the browser for the lifetime of a challenge. */
  keep(reply: FastifyReply, id: string): void
  /** Returns the ids that a request carries. */
  presented(request: FastifyRequest): readonly string[]
}

const ID = /^[A-Za-z0-9_-]{43}$/

/**
 * Binds challenges by a host-only cookie, so that an attacker cannot have a victim's browser finish a ceremony that the attacker
 * began. The store has only its hash.
 *
 * Over http a sibling host can plant this cookie and so choose the id; over https the name's `__Host-` prefix prevents it.
 */
export function browserBinding(scope: CookieScope): BrowserBinding {
  const cookie = defineCookie('passkey', { ...scope, domain: undefined })
  const presented = ({ headers }: FastifyRequest): readonly string[] => {
    const { value, others } = readCookie(headers.cookie, cookie.name)
    return [value, ...others].filter((id) => ID.test(id))
  }
  return {
    idOf: (request) => presented(request)[0] ?? randomBytes(32).toString('base64url'),
    keep: (reply, id) => cookie.set(reply, id, PASSKEY_CHALLENGE_SECONDS),
    presented,
  }
}
