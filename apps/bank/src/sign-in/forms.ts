import { AuthError, safeReturnTo } from '@signet/auth/verifier'
import { isTooOften, ServiceError } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import Type from 'typebox'
import { cookieProbe, formKeyOf } from '../form-key.js'
import type { BankOptions } from '../options.js'

/** What every form and page of a signed-out user reads. */
export const ReturnTo = { return_to: Type.Optional(Type.Unknown()) }
export const SignInFields = { ...ReturnTo, form_key: Type.Optional(Type.Unknown()) }

interface SignInBody {
  readonly return_to?: unknown
  readonly form_key?: unknown
}

export interface SignInForm {
  show(returnTo: string, error: string): VNode
  /** Signs in, or returns a page that says why not. A repeated form has the same key. */
  signIn(formKey: string | undefined, returnTo: string): Promise<VNode | undefined>
}

/** Returns what the pages share that sign a user in. */
export function signInForms({
  cookieScope,
  bankUrl,
  origins,
}: Pick<BankOptions, 'cookieScope' | 'bankUrl' | 'origins'>) {
  const probe = cookieProbe(cookieScope)
  const target = (value: unknown): string => safeReturnTo(value, origins, `${bankUrl}/`)
  return {
    target,
    begin: probe.set,
    /** Signs in with a form and redirects, or shows it again with the reason of a refusal. */
    async submit(request: FastifyRequest<{ Body: SignInBody }>, reply: FastifyReply, form: SignInForm) {
      const returnTo = target(request.body.return_to)
      const formKey = formKeyOf(request.body.form_key)
      if (probe.isMissing(request, formKey)) {
        probe.set(reply)
        return reply.code(400).page(form.show(returnTo, cookiesSentence(bankUrl)))
      }
      try {
        const page = await form.signIn(formKey, returnTo)
        if (page) return reply.page(page)
      } catch (error) {
        if (!(error instanceof AuthError || isTooOften(error))) throw error
        request.log.info({ code: error.code }, 'sign-in refused')
        return reply.code(error.statusCode).headers(error.headers).page(form.show(returnTo, error.message))
      }
      probe.clear(request, reply)
      return reply.redirect(returnTo, 303)
    },
  }
}

const cookiesSentence = (bankUrl: string): string =>
  `You cannot sign in because your browser did not keep our cookie. Allow cookies for ${bankUrl}, open that address and try again.`

/** Returns the frame of a form that signs out the user who was signed in before. */
export const signedOutFrame = (request: FastifyRequest) => ({ ...request.pageFrame(), person: undefined, nav: [] })

/**
 * Returns a refusal that a form of a signed-in user shows, and sets the status of the response. Throws every other error, such as a
 * session that has ended or a database that is down.
 */
export function shownRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const isWrongPassword = error instanceof AuthError && error.code === 'invalid_credentials'
  if (!isWrongPassword && !(error instanceof ServiceError && error.statusCode < 500)) throw error
  const { code, message, statusCode, headers } = error
  request.log.info({ code }, 'form refused')
  reply.code(statusCode).headers(headers)
  return { code, isWrongPassword, sentence: isWrongPassword ? 'The password is wrong. Try again.' : message }
}
