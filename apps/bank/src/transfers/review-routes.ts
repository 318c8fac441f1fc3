import { randomUUID } from 'node:crypto'
import { AuthError } from '@signet/auth/verifier'
import { type App, callContext, isTooOften, pageRoute, ServiceError, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { listAccounts } from '../accounts/store.js'
import { credentialsProblem } from '../sign-in/rules.js'
import { fundsProblem, problemOf } from './form-rules.js'
import {
  type FilledForm,
  FormFields,
  type FormOptions,
  type FormSteps,
  type ReviewProblem,
  type SentForm,
} from './form-steps.js'
import { receiptPath } from './receipt-routes.js'
import { requestTransfer } from './request.js'
import { confirmationOf } from './rules.js'

const KeyParams = Type.Object({ key: Type.String() })
type SendRequest = FastifyRequest<{ Body: SentForm; Params: { key: string } }>

/** Registers the review of a transfer, from which the user sends it. */
export async function transferReviewRoutes(app: App, { db, requesting }: FormOptions, steps: FormSteps): Promise<void> {
  app.get('/transfer/:key/review', pageRoute({ params: KeyParams }), async (request, reply) => {
    const filled = steps.find(request, request.params.key)
    if (!filled) return reply.redirect('/transfer', 303)
    const accounts = await listAccounts(db, signedIn(request).id)
    const reviewed = await steps.review(request, reply, filled, accounts)
    if (!reviewed) return reply
    const problems = fundsProblem(reviewed.request, accounts)
    if (problems) await steps.showForm(request, reply, filled, { statusCode: 400, problems })
    else await steps.showReview(request, reply, filled, reviewed)
    return reply
  })

  // Uses the fields of the reviewed page, because another tab may have changed the cookie since.
  app.post(
    '/transfer/:key/review',
    pageRoute({ timeLimit: false, body: FormFields, params: KeyParams }),
    async (request, reply) => {
      const filled = steps.read({ ...request.body, key: request.params.key })
      const id = await send(request, reply, filled)
      return id === null ? reply : reply.redirect(receiptPath(id, filled.returnTo), 303)
    },
  )

  /** Returns the id of the transfer; null when a page with the reason was shown instead. */
  async function send(request: SendRequest, reply: FastifyReply, filled: FilledForm): Promise<string | null> {
    const accounts = await listAccounts(db, signedIn(request).id)
    const reviewed = await steps.review(request, reply, filled, accounts)
    if (!reviewed) return null
    try {
      const customer = await confirmed(request, reply)
      const presented = {
        transferRequest: reviewed.request,
        customer,
        key: filled.key,
        now: new Date(request.receivedAtMs),
      }
      return (await requestTransfer(requesting, { ...presented, context: callContext(request) })).transfer.id
    } catch (error) {
      if (error instanceof AuthError && !isRefusedProof(error.code)) throw error
      if (!(error instanceof AuthError || (error instanceof ServiceError && error.statusCode < 500))) throw error
      request.log.info({ code: error.code }, 'transfer refused')
      const { statusCode, code, message } = error
      if (isRefusedProof(code) || code === 'reauthentication_required' || isTooOften(error)) {
        reply.code(statusCode).headers(error.headers)
        await steps.showReview(request, reply, filled, reviewed, reviewProblem(code, message, request.body))
      } else if (code === 'idempotency_key_reused') {
        const text =
          'You have already sent another transfer with this form. Check your accounts before you send this one.'
        const again = { ...filled, key: randomUUID() }
        steps.keep(request, reply, again)
        await steps.showForm(request, reply, again, { statusCode, error: text })
      } else {
        await steps.showForm(request, reply, filled, { statusCode, problems: problemOf(code, message, filled.form) })
      }
      return null
    }
  }

  /**
   * Returns the customer, with a new `auth_time` when the password was typed on the review page. A passkey that was used there
   * confirms the transfer that its challenge names, and nothing else.
   */
  async function confirmed(request: SendRequest, reply: FastifyReply) {
    const user = signedIn(request)
    const { password, credential } = request.body
    if (confirmationOf(user, new Date(request.receivedAtMs)) !== null) return user
    if (credential) await app.passkeys.reauthenticate(request, reply, credential)
    if (credential || !password) return user
    if (credentialsProblem({ password }) !== undefined) throw new AuthError('invalid_credentials')
    return { ...user, ...(await app.reauthenticate(request, reply, password)) }
  }
}

const isRefusedProof = (code: string): boolean => code === 'invalid_credentials' || code === 'passkey_invalid'

function reviewProblem(code: string, sentence: string, { credential }: SentForm): ReviewProblem {
  if (code === 'invalid_credentials') return { passwordProblem: 'The password is wrong. Try again.' }
  if (code === 'passkey_invalid') return { passkeyProblem: sentence }
  if (code !== 'reauthentication_required') return { error: sentence }
  return credential
    ? { passkeyProblem: 'Your passkey confirmed another transfer. Check this one and confirm it.' }
    : { passwordProblem: 'Enter your password.' }
}
