import { randomUUID } from 'node:crypto'
import { AuthError, safeReturnTo } from '@signet/auth/verifier'
import { type App, callContext, isTooOften, isUuid, ServiceError, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { listAccounts } from '../accounts/store.js'
import { Typed } from '../printable-text.js'
import { TransferFormPage } from './form-page.js'
import {
  fundsProblem,
  type OwnAccount,
  prefilled,
  problemOf,
  readForm,
  type TransferForm,
  type TransferProblems,
} from './form-rules.js'
import { findParties, type PlaceOptions, placeOrder } from './place.js'
import { ReceiptPage } from './receipt-page.js'
import { ReviewPage } from './review-page.js'
import { isIdempotencyKey, needsPassword, type Order } from './rules.js'
import { findTransfer } from './store.js'

export interface TransferPagesOptions {
  readonly placing: PlaceOptions
  readonly bankUrl: string
  readonly retirementUrl: string
}

/** Whatever a field can hold: what is wrong with it is said beside it, and nothing that was typed is lost. */
const Text = Type.Optional(Type.String({ maxLength: 4_096 }))
/** A browser leaves out a choice that was not made; what is missing is said beside its field. */
const Fields = Type.Object({
  from: Type.Optional(Typed(64)),
  to: Type.Optional(Typed(64)),
  number: Text,
  amount: Text,
  memo: Text,
  key: Type.Optional(Typed(200)),
  return_to: Type.Optional(Type.Unknown()),
})
const SendForm = Type.Object({ ...Fields.properties, key: Typed(200), password: Type.Optional(Typed(1024)) })
const Query = Type.Record(Type.String(), Type.Unknown())

type Filled = Partial<TransferForm> & { key?: string; return_to?: unknown; password?: string }
type FormRequest = FastifyRequest<{ Body: Filled; Querystring: Filled }>
type Reviewed = { order: Order; parties: Awaited<ReturnType<typeof findParties>> }
type Again = { statusCode?: number; problems?: TransferProblems; error?: string; newKey?: boolean }

/** The form, the review, the sending and the receipt, for people. */
export async function transferPages(
  app: App,
  { placing, bankUrl, retirementUrl }: TransferPagesOptions,
): Promise<void> {
  const { db, stepUpLimitMinor } = placing
  const returnTo = (value: unknown) =>
    value === undefined ? undefined : safeReturnTo(value, [bankUrl, retirementUrl], `${bankUrl}/`)

  /** What every page of a form carries on; a key that could not be one is made anew. */
  function contextOf(request: FormRequest) {
    const filled = request.method === 'POST' ? request.body : request.query
    const { from = '', to = '', number = '', amount = '', memo = '', key = '', return_to } = filled
    const form: TransferForm = { from, to, number, amount, memo }
    const idempotencyKey = isIdempotencyKey(key) ? key : randomUUID()
    return { form, frame: request.pageFrame('transfer'), idempotencyKey, returnTo: returnTo(return_to) }
  }

  async function formAgain(request: FormRequest, reply: FastifyReply, again: Again): Promise<null> {
    const { statusCode = 400, newKey, ...why } = again
    const accounts = await listAccounts(db, signedIn(request).id)
    const context = contextOf(request)
    const idempotencyKey = newKey ? randomUUID() : context.idempotencyKey
    reply.code(statusCode).page(TransferFormPage({ ...context, idempotencyKey, accounts, ...why }))
    return null
  }

  /** The order that was typed; null when the form has been shown again. */
  async function review(request: FormRequest, reply: FastifyReply, accounts: OwnAccount[]): Promise<Reviewed | null> {
    const { form } = contextOf(request)
    const read = readForm(form, accounts)
    if (read.problems) return formAgain(request, reply, { problems: read.problems })
    try {
      return { order: read.order, parties: await findParties(db, signedIn(request).id, read.order) }
    } catch (error) {
      if (!(error instanceof ServiceError) || error.statusCode >= 500) throw error
      return formAgain(request, reply, { problems: problemOf(error.code, error.message, form) })
    }
  }

  function reviewPage(request: FormRequest, { order, parties }: Reviewed, why: ReviewProblems = {}) {
    const { id, authTimeSeconds } = signedIn(request)
    const nowSeconds = Math.floor(Date.now() / 1000)
    const asksPassword = needsPassword(order.amount, stepUpLimitMinor, { authTimeSeconds, nowSeconds })
    const toOwn = parties.to?.userId === id
    return ReviewPage({ ...contextOf(request), order, ...parties, toOwn, asksPassword, ...why })
  }

  app.get<{ Querystring: Record<string, unknown> }>(
    '/transfer',
    { config: { page: true }, schema: { hide: true, querystring: Query } },
    async (request, reply) => {
      const accounts = await listAccounts(db, signedIn(request).id)
      return reply.page(
        TransferFormPage({
          frame: request.pageFrame('transfer'),
          idempotencyKey: randomUUID(),
          returnTo: returnTo(request.query.return_to),
          accounts,
          form: prefilled(request.query, accounts),
        }),
      )
    },
  )

  // By GET, as nothing happens here: the browser's back button leads here from the receipt, with the same key.
  app.get<{ Body: Filled; Querystring: Filled }>(
    '/transfer/review',
    { config: { page: true }, schema: { hide: true, querystring: Fields } },
    async (request, reply) => {
      const accounts = await listAccounts(db, signedIn(request).id)
      const reviewed = await review(request, reply, accounts)
      if (!reviewed) return reply
      const problems = fundsProblem(reviewed.order, accounts)
      if (problems) await formAgain(request, reply, { problems })
      else reply.page(reviewPage(request, reviewed))
      return reply
    },
  )

  /** Gives the order; null when a page has said why not. */
  async function send(request: FormRequest, reply: FastifyReply): Promise<string | null> {
    const { form, idempotencyKey: key } = contextOf(request)
    const reviewed = await review(request, reply, await listAccounts(db, signedIn(request).id))
    if (!reviewed) return null
    const { order } = reviewed
    try {
      const person = await withPassword(request, reply, order)
      const { transfer } = await placeOrder(placing, { order, person, key, context: callContext(request) })
      return transfer.id
    } catch (error) {
      if (error instanceof AuthError && error.code !== 'invalid_credentials') throw error
      if (!(error instanceof AuthError || (error instanceof ServiceError && error.statusCode < 500))) throw error
      request.log.info({ code: error.code }, 'transfer refused')
      const { statusCode, code, message } = error
      if (code === 'invalid_credentials' || code === 'reauthentication_required' || isTooOften(error)) {
        reply.code(statusCode).headers(error.headers)
        reply.page(reviewPage(request, reviewed, passwordProblem(code, message)))
        return null
      }
      if (code === 'idempotency_key_reused') {
        const text = 'This form has sent another transfer already. Look at your accounts before you send this one too.'
        return formAgain(request, reply, { statusCode, error: text, newKey: true })
      }
      return formAgain(request, reply, { statusCode, problems: problemOf(code, message, form) })
    }
  }

  /** Who gives the order, with the time of the password that was typed on the review page where it asked for one. */
  async function withPassword(request: FormRequest, reply: FastifyReply, { amount }: Order) {
    const { id, authTimeSeconds } = signedIn(request)
    const { password } = request.body
    const nowSeconds = Math.floor(Date.now() / 1000)
    if (!password || !needsPassword(amount, stepUpLimitMinor, { authTimeSeconds, nowSeconds })) {
      return { id, authTimeSeconds }
    }
    return { id, authTimeSeconds: (await app.reauthenticate(request, reply, password)).authTimeSeconds }
  }

  app.post<{ Body: Filled; Querystring: Filled }>(
    '/transfer',
    { config: { page: true, timeLimit: false }, schema: { hide: true, body: SendForm } },
    async (request, reply) => {
      const id = await send(request, reply)
      if (id === null) return reply
      return reply.redirect(receiptUrl(id, returnTo(request.body.return_to)), 303)
    },
  )

  app.get<{ Params: { id: string }; Querystring: { return_to?: unknown } }>(
    '/transfers/:id',
    { config: { page: true }, schema: { hide: true, params: Type.Object({ id: Type.String() }), querystring: Query } },
    async (request, reply) => {
      const { id: userId } = signedIn(request)
      const { id } = request.params
      const transfer = isUuid(id) ? await findTransfer(db, userId, id) : null
      if (!transfer) throw new ServiceError('not_found', 'You have no such transfer.')
      const back = returnTo(request.query.return_to)
      const label = back?.startsWith(`${retirementUrl}/`) ? 'Back to Retirement' : 'Done'
      return reply.page(
        ReceiptPage({
          frame: request.pageFrame('transfer'),
          transfer,
          mine: transfer.userId === userId,
          back: { href: back ?? '/', label },
          here: receiptUrl(id, back),
        }),
      )
    },
  )
}

function receiptUrl(id: string, back: string | undefined): string {
  return `/transfers/${id}${back === undefined ? '' : `?${new URLSearchParams({ return_to: back })}`}`
}

interface ReviewProblems {
  readonly passwordProblem?: string
  readonly error?: string
}

function passwordProblem(code: string, sentence: string): ReviewProblems {
  if (code === 'invalid_credentials') return { passwordProblem: 'This is not your password.' }
  if (code === 'reauthentication_required') return { passwordProblem: 'Type your password.' }
  return { error: sentence }
}
