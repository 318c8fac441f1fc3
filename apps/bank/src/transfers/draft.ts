import { type CookieDefinition, type CookieScope, defineCookie, readCookie } from '@signet/auth/verifier'
import { isUuid } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'

/** How long a browser keeps what was typed. */
const DRAFT_SECONDS = 3_600
/** Browsers drop a cookie of more than 4096 bytes, name and attributes included. */
const MAX_VALUE_LENGTH = 3_500

const Text = Type.String()
const Draft = Type.Object({
  userId: Text,
  from: Text,
  to: Text,
  number: Text,
  amount: Text,
  memo: Text,
  returnTo: Type.Optional(Text),
})

/** What was typed into the form of a transfer, and by whom. */
type Draft = Static<typeof Draft>

export interface Drafts {
  /** False where it is too long to be kept. */
  keep(reply: FastifyReply, key: string, draft: Draft): boolean
  /** What this user has typed under a key; undefined where the browser no longer has it. */
  find(request: FastifyRequest, key: string, userId: string): Draft | undefined
}

export const draftPath = (key: string): string => `/transfer/${key}`
export const reviewPath = (key: string): string => `${draftPath(key)}/review`

/**
 * Keeps what was typed between the form and its review, so that addresses, history and logs hold nothing of it. It is in a cookie of
 * its own for each form, which the browser sends to that form's pages alone: any replica can serve them, two tabs do not
 * mix, and going back and reloading work. It is checked like typed text each time, so it needs no signature.
 */
export function createDrafts(scope: CookieScope): Drafts {
  const cookieOf = (key: string): CookieDefinition =>
    defineCookie('transfer', { ...scope, domain: undefined }, { path: draftPath(key) })
  return {
    keep: (reply, key, draft) => {
      const value = Buffer.from(JSON.stringify(draft)).toString('base64url')
      if (value.length > MAX_VALUE_LENGTH) return false
      cookieOf(key).set(reply, value, DRAFT_SECONDS)
      return true
    },
    find: (request, key, userId) => {
      if (!isUuid(key)) return undefined
      // The browser sends the one with the longest path first: a sibling host that plants another does not know the key.
      const { value, others } = readCookie(request.headers.cookie, cookieOf(key).name)
      return [value, ...others].map(parse).find((draft) => draft?.userId === userId)
    },
  }
}

function parse(value: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(Buffer.from(value, 'base64url').toString())
    return Value.Check(Draft, draft) ? draft : undefined
  } catch {
    return undefined
  }
}
