import { createHash, randomUUID } from 'node:crypto'
import { type CookieScope, defineCookie, readCookie } from '@signet/auth/verifier'
import { isUuid } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'

/** The hidden field of a form that signs in. Its value is made with the form, and sent again when the form is. */
const FORM_KEY_FIELD = 'form_key'

export const FormKey = (): VNode => <input type="hidden" name={FORM_KEY_FIELD} value={randomUUID()} />

/** The key of a form that was sent; undefined where the client did not send the form of the page. */
export const formKeyOf = (value: unknown): string | undefined =>
  typeof value === 'string' && isUuid(value) ? value : undefined

/** Derives the id of what a form creates: the same at every replica, however often the form is sent. */
export function idOfForm(formKey: string, ...parts: readonly string[]): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([formKey, ...parts]))
    .digest('hex')
  // Version 8 of RFC 9562: a UUID whose bits the application chooses.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const PROBE_SECONDS = 86_400

/**
 * A cookie that comes with the forms that sign in, under the `Domain` of the cookies of a session. A form that arrives without
 * it shows that the browser would not keep the session either.
 */
export function cookieProbe(scope: CookieScope) {
  const probe = defineCookie('probe', scope)
  const sentBy = ({ headers }: FastifyRequest, name: string) => readCookie(headers.cookie, name).count > 0
  return {
    set: (reply: FastifyReply): void => probe.set(reply, '1', PROBE_SECONDS),
    /** Whether this form came from a browser that keeps no cookies. A client that sends no form of a page is no browser. */
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

export const cookiesSentence = (bankUrl: string): string =>
  `Your browser did not keep the cookie of this page, so you cannot be signed in. Allow cookies for ${bankUrl}, open that address and try again.`
