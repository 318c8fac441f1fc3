import { type CookieDefinition, type CookieScope, defineCookie, readCookie } from '@signet/auth/verifier'
import { isUuid } from '@signet/service'
import { Ajv } from 'ajv'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'

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

type Draft = Static<typeof Draft>

const isDraft = new Ajv({ validateSchema: false }).compile<Draft>(Draft)

export type Drafts = ReturnType<typeof createDrafts>

export const draftPath = (key: string): string => `/transfer/${key}`
export const reviewPath = (key: string): string => `${draftPath(key)}/review`

/**
 * Keeps typed fields between the form and its review in a cookie, so that URLs, history and logs do not contain them. Each
 * form has its own cookie with the path of its pages: every replica can serve them, two tabs do not mix, and back and
 * reload work. It needs no signature, because it is validated like typed text.
 */
export function createDrafts(scope: CookieScope) {
  const cookieOf = (key: string): CookieDefinition =>
    defineCookie('transfer', { ...scope, domain: undefined }, { path: draftPath(key) })
  return {
    /** Saves a draft. Returns false when it is too long for a cookie. */
    keep: (reply: FastifyReply, key: string, draft: Draft): boolean => {
      const value = Buffer.from(JSON.stringify(draft)).toString('base64url')
      if (value.length > MAX_VALUE_LENGTH) return false
      cookieOf(key).set(reply, value, DRAFT_SECONDS)
      return true
    },
    /** Returns this user's draft of a key; undefined when the browser no longer has it. */
    find: (request: FastifyRequest, key: string, userId: string): Draft | undefined => {
      if (!isUuid(key)) return undefined
      // The browser sends the cookie with the longest path first. A sibling host that plants one does not know the key.
      const { value, others } = readCookie(request.headers.cookie, cookieOf(key).name)
      return [value, ...others].map(parse).find((draft) => draft?.userId === userId)
    },
  }
}

function parse(value: string): Draft | undefined {
  try {
    const draft: unknown = JSON.parse(Buffer.from(value, 'base64url').toString())
    return isDraft(draft) ? draft : undefined
  } catch {
    return undefined
  }
}
