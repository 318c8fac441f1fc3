import { createHash, randomUUID } from 'node:crypto'
import { type CookieScope, defineCookie, readCookie } from '@signet/auth/verifier'
import { isUuid } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'

/** The hidden field of forms that sign in. A repeated form has the same value. */
const FORM_KEY_FIELD = 'form_key'

export const FormKey = (): VNode => <input type="hidden" name={FORM_KEY_FIELD} value={randomUUID()} />

/** Returns the key of a form; undefined when the client did not send the page's form. */
export const formKeyOf = (value: unknown): string | undefined =>
  typeof value === 'string' && isUuid(value) ? value : undefined

/** Derives the id of what a form creates. It is the same at every replica and for every repetition. */
export function idOfForm(formKey: string, ...parts: readonly string[]): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([formKey, ...parts]))
    .digest('hex')
  // Version 8 of RFC 9562: a UUID whose bits the application chooses.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Returns the id of the session that a form creates for a user; undefined without the key of a form. */
export const sessionIdOfForm = (formKey: string | undefined, userId: string, strategy = 'jwt') =>
  formKey === undefined ? undefined : idOfForm(formKey, userId, strategy)

const PROBE_SECONDS = 86_400

/**
 * A cookie that the sign-in forms set with the `Domain` of session cookies. A form without it shows that the browser would
 * not keep a session cookie either.
 */
export function cookieProbe(scope: CookieScope) {
  const probe = defineCookie('probe', scope)
  const sentBy = ({ headers }: FastifyRequest, name: string) => readCookie(headers.cookie, name).count > 0
  return {
    set: (reply: FastifyReply): void => probe.set(reply, '1', PROBE_SECONDS),
    /** Returns whether the browser keeps no cookies. False for a client that did not send the page's form. */
    isMissing(request: FastifyRequest, formKey: string | undefined): boolean {
      const { userSessions, serverSessions } = request.server
      const names = [probe, userSessions.cookies.token, ...[...serverSessions.values()].map(({ cookie }) => cookie)]
      return formKey !== undefined && !names.some(({ name }) => sentBy(request, name))
    },
    clear(request: FastifyRequest, reply: FastifyReply): void {
      if (sentBy(request, probe.name)) probe.clear(reply)
    },
  }
}
