import { randomUUID } from 'node:crypto'
import { type App, callContext, pageRoute, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { listAccounts } from '../accounts/store.js'
import { confirmCustomer, refusalOf, reviewProblem } from './confirm-customer.js'
import { fundsProblem, problemOf } from './form-rules.js'
import { type FilledForm, FormFields, type FormOptions, type FormSteps, type SentForm } from './form-steps.js'
import { receiptPath } from './receipt-routes.js'
import { requestTransfer } from './request.js'

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
      const customer = await confirmCustomer(request, reply, request.body)
      const presented = {
        transferRequest: reviewed.request,
        customer,
        key: filled.key,
        now: new Date(request.receivedAtMs),
      }
      return (await requestTransfer(requesting, { ...presented, context: callContext(request) })).transfer.id
    } catch (error) {
      const refusal = refusalOf(error)
      const { statusCode, code, message, headers } = refusal
      request.log.info({ code }, 'transfer refused')
      const problem = reviewProblem(refusal, request.body)
      if (problem) {
        reply.code(statusCode).headers(headers)
        await steps.showReview(request, reply, filled, reviewed, problem)
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
}
