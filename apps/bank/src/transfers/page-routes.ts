import { randomUUID } from 'node:crypto'
import { safeReturnTo } from '@signet/auth/verifier'
import { type App, callContext, isUuid, pageRoute, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { listAccounts } from '../accounts/store.js'
import type { BankOptions } from '../options.js'
import { confirmationFields, confirmCustomer, type ReviewProblem, shownRefusal } from './confirmations.js'
import { type Drafts, draftPath, reviewPath } from './draft.js'
import { TransferFormPage } from './form-page.js'
import {
  type FilledForm,
  fundsProblem,
  type OwnAccount,
  prefilled,
  problemOf,
  readForm,
  type TransferProblems,
} from './form-rules.js'
import { ReceiptPage } from './receipt-page.js'
import { type RequestOptions, type Reviewed, requestTransfer, reviewedOf } from './request.js'
import { ReviewPage } from './review-page.js'
import { confirmationOf, kindOf, needsConfirmation, STEP_UP_WINDOW_MS } from './rules.js'
import { FormFields } from './schemas.js'
import { findTransfer, sumSentWithoutPassword } from './store.js'

const FormQuery = Type.Record(Type.String(), Type.Unknown())
const KeyParams = Type.Object({ key: Type.String() })
const IdParams = Type.Object({ id: Type.String() })
const ReceiptQuery = Type.Object({ return_to: Type.Optional(Type.Unknown()) })

interface FormProblem {
  readonly statusCode?: number
  readonly problems?: TransferProblems | undefined
  readonly error?: string
}

export interface TransferPagesOptions
  extends Pick<BankOptions, 'db' | 'bankUrl' | 'retirementUrl' | 'stepUpLimitMinor'> {
  readonly requesting: RequestOptions
  readonly drafts: Drafts
}

export function transferPages(app: App, options: TransferPagesOptions): void {
  const { db, requesting, drafts, stepUpLimitMinor, bankUrl, retirementUrl } = options
  const safeTarget = (value: unknown) =>
    value === undefined ? undefined : safeReturnTo(value, [bankUrl, retirementUrl], `${bankUrl}/`)

  /** Replaces an invalid key by a new one. */
  function read({ from = '', to = '', number = '', amount = '', memo = '', ...sent }: Static<typeof FormFields>) {
    const key = sent.key !== undefined && isUuid(sent.key) ? sent.key : randomUUID()
    return { form: { from, to, number, amount, memo }, key, returnTo: safeTarget(sent.return_to) }
  }

  function keep(request: FastifyRequest, reply: FastifyReply, { form, key, returnTo }: FilledForm): boolean {
    const draft = { userId: signedIn(request).id, ...form }
    return drafts.keep(reply, key, returnTo === undefined ? draft : { ...draft, returnTo })
  }

  function find(request: FastifyRequest, key: string): FilledForm | undefined {
    const draft = drafts.find(request, key, signedIn(request).id)
    if (!draft) return undefined
    const { userId: _, returnTo, ...form } = draft
    return { form, key, returnTo: safeTarget(returnTo) }
  }

  /** The theme switch returns to this URL, at which the browser has the same draft. */
  const frameOf = (request: FastifyRequest, path: string) => ({ ...request.pageFrame('transfer'), path })

  async function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledForm,
    { statusCode = 200, ...problem }: FormProblem = {},
  ): Promise<FastifyReply> {
    const accounts = await listAccounts(db, signedIn(request).id)
    const frame = frameOf(request, draftPath(filled.key))
    return reply.code(statusCode).page(TransferFormPage({ frame, accounts, ...filled, ...problem }))
  }

  async function showReview(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledForm,
    { request: transfer, parties }: Reviewed,
    problem: ReviewProblem = {},
  ): Promise<FastifyReply> {
    const user = signedIn(request)
    const now = timeOf(request)
    const isNeeded = needsConfirmation({
      kind: kindOf(user.id, parties.to),
      amountMinor: BigInt(transfer.amountMinor),
      confirmed: confirmationOf(user, now) !== null,
      sentMinor: await sumSentWithoutPassword(db, user.id, new Date(now.getTime() - STEP_UP_WINDOW_MS)),
      limitMinor: stepUpLimitMinor,
    })
    const asks = await confirmationFields(db, user.id, isNeeded)
    const frame = frameOf(request, reviewPath(filled.key))
    return reply.page(
      ReviewPage({ frame, ...filled, request: transfer, ...parties, ...asks, stepUpLimitMinor, ...problem }),
    )
  }

  /** Reads the fields and continues with the typed request, or shows the form again with errors. */
  async function review(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledForm,
    proceed: (reviewed: Reviewed, accounts: readonly OwnAccount[]) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const { id } = signedIn(request)
    const accounts = await listAccounts(db, id)
    const { reviewed, problems } = await reviewedOf(db, id, readForm(filled.form, accounts), filled.form)
    return reviewed ? proceed(reviewed, accounts) : showForm(request, reply, filled, { statusCode: 400, problems })
  }

  app.get('/transfer', pageRoute({ querystring: FormQuery }), async (request, reply) => {
    const form = prefilled(request.query, await listAccounts(db, signedIn(request).id))
    return showForm(request, reply, { form, key: randomUUID(), returnTo: safeTarget(request.query.return_to) })
  })

  app.get('/transfer/:key', pageRoute({ params: KeyParams }), async (request, reply) => {
    const filled = find(request, request.params.key)
    return filled ? showForm(request, reply, filled) : reply.redirect('/transfer', 303)
  })

  // Saves the draft in the browser and redirects to the review, whose URL does not contain the fields. Works with an expired
  // session: the review asks for a sign-in and finds the draft afterwards.
  const draft = pageRoute({ auth: 'allow-expired', body: FormFields })
  app.post('/transfer/review', draft, async (request, reply) => {
    const { identity } = request
    if (!identity) return reply.redirect('/transfer', 303)
    const filled = read(request.body)
    if (keep(request, reply, filled)) return reply.redirect(reviewPath(filled.key), 303)
    if (Date.parse(identity.expiresAt) <= request.receivedAtMs) return reply.redirect('/transfer', 303)
    // A draft exceeds the cookie only if a field exceeds its own limit.
    return review(request, reply, filled, (reviewed) => showReview(request, reply, filled, reviewed))
  })

  app.get('/transfer/:key/review', pageRoute({ params: KeyParams }), async (request, reply) => {
    const filled = find(request, request.params.key)
    if (!filled) return reply.redirect('/transfer', 303)
    return review(request, reply, filled, async (reviewed, accounts) => {
      const problems = fundsProblem(reviewed.request, accounts)
      if (problems) return showForm(request, reply, filled, { statusCode: 400, problems })
      return showReview(request, reply, filled, reviewed)
    })
  })

  // Uses the fields of the reviewed page, because another tab may have changed the cookie since.
  const sent = pageRoute({ timeLimit: false, body: FormFields, params: KeyParams })
  app.post('/transfer/:key/review', sent, async (request, reply) => {
    const filled = read({ ...request.body, key: request.params.key })
    const { key } = filled
    return review(request, reply, filled, async (reviewed) => {
      try {
        const customer = await confirmCustomer(request, reply, request.body)
        const at = { now: timeOf(request), context: callContext(request) }
        const { transfer } = await requestTransfer(requesting, { request: reviewed.request, customer, key, ...at })
        return reply.redirect(receiptPath(transfer.id, filled.returnTo), 303)
      } catch (error) {
        const { statusCode, code, message, problem } = shownRefusal(error, request, reply)
        if (problem) return showReview(request, reply, filled, reviewed, problem)
        if (code !== 'idempotency_key_reused')
          return showForm(request, reply, filled, { statusCode, problems: problemOf(code, message, filled.form) })
        const again = { ...filled, key: randomUUID() }
        keep(request, reply, again)
        return showForm(request, reply, again, { statusCode, error: REUSED })
      }
    })
  })

  app.get('/transfers/:id', pageRoute({ params: IdParams, querystring: ReceiptQuery }), async (request, reply) => {
    const { id: userId } = signedIn(request)
    const { id } = request.params
    const transfer = isUuid(id) ? await findTransfer(db, userId, id) : null
    if (!transfer) throw new ServiceError('not_found', 'You have no such transfer.')
    const target = safeTarget(request.query.return_to)
    const label = target?.startsWith(`${retirementUrl}/`) ? 'Back to Retirement' : 'Done'
    const back = { href: target ?? '/', label }
    const frame = request.pageFrame('transfer')
    return reply.page(
      ReceiptPage({ frame, transfer, mine: transfer.userId === userId, back, here: receiptPath(id, target) }),
    )
  })
}

const REUSED = 'You have already sent another transfer with this form. Check your accounts before you send this one.'

const receiptPath = (id: string, back: string | undefined): string =>
  `/transfers/${id}${back === undefined ? '' : `?${new URLSearchParams({ return_to: back })}`}`
