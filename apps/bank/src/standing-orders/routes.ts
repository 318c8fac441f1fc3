import { randomUUID } from 'node:crypto'
import type { Identity } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, isUuid, pageRoute, ServiceError, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { listAccounts } from '../accounts/store.js'
import { idOfForm } from '../form-key.js'
import { FormText, Typed } from '../printable-text.js'
import {
  confirmationFields,
  confirmCustomer,
  type ReviewProblem,
  refusalOf,
  reviewProblem,
} from '../transfers/confirm-customer.js'
import { takeConfirmation } from '../transfers/confirmations.js'
import { prefilled } from '../transfers/form-rules.js'
import { FormFields, partiesOf, type Reviewed } from '../transfers/form-steps.js'
import { commitmentOf, confirmationOf, kindOf, requestHash } from '../transfers/rules.js'
import { type FilledOrderForm, NEW_ORDER_PATH, ORDERS_PATH, OrderFormPage, OrderReviewPage } from './form-page.js'
import { OrdersPage } from './page.js'
import {
  confirmationKeyOf,
  isoDate,
  type OrderProblems,
  type OrderRequest,
  orderNeedsConfirmation,
  readOrderForm,
} from './rules.js'
import { cancelOrder, createOrder, listOrders, listPayments } from './store.js'

const Query = Type.Record(Type.String(), Type.Unknown())
const IdParams = Type.Object({ id: Type.String() })
const OrderFields = Type.Object({
  ...FormFields.properties,
  rhythm: Type.Optional(Typed(16)),
  first: Type.Optional(FormText),
  /** Shows the form again. */
  change: Type.Optional(Type.Unknown()),
})

const DONE = new Map<unknown, string>([
  ['created', 'Your standing order is set up.'],
  ['canceled', 'The standing order is canceled. We make no further payment.'],
])

interface Problem {
  readonly statusCode?: number
  readonly problems?: OrderProblems | undefined
  readonly error?: string
}

type ReviewedOrder = Pick<Reviewed, 'parties'> & { readonly order: OrderRequest }

/** Replaces an invalid key by a new one. */
function read({ key = '', ...body }: Static<typeof OrderFields>): FilledOrderForm {
  const { from = '', to = '', number = '', amount = '', memo = '', rhythm = '', first = '' } = body
  return { form: { from, to, number, amount, memo, rhythm, first }, key: isUuid(key) ? key : randomUUID() }
}

export interface StandingOrdersOptions {
  readonly db: BankDatabase
  /** 0 = standing orders need no confirmation. */
  readonly stepUpLimitMinor: number
  /** Users without access, whose orders are not paid. */
  readonly closedUserIds: readonly string[]
}

/** Registers the pages of standing orders. */
export async function standingOrderRoutes(app: App, { db, stepUpLimitMinor }: StandingOrdersOptions): Promise<void> {
  async function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledOrderForm,
    { statusCode = 200, ...problem }: Problem = {},
  ): Promise<void> {
    const accounts = await listAccounts(db, signedIn(request).id)
    const frame = request.pageFrame('transfer')
    reply
      .code(statusCode)
      .page(OrderFormPage({ frame, accounts, ...filled, now: new Date(request.receivedAtMs), ...problem }))
  }

  /** Returns the typed order; null when the form was shown again with errors. */
  async function review(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledOrderForm,
  ): Promise<ReviewedOrder | null> {
    const { id } = signedIn(request)
    const typed = readOrderForm(filled.form, await listAccounts(db, id), new Date(request.receivedAtMs))
    const found = typed.problems ? typed : await partiesOf(db, id, typed.order, filled.form)
    if (typed.order && 'parties' in found) return { order: typed.order, parties: found.parties }
    await showForm(request, reply, filled, { statusCode: 400, problems: found.problems })
    return null
  }

  /** Returns what confirms an order, and whether that does not suffice. */
  function confirmation(user: Identity, { order, parties }: ReviewedOrder, now: Date) {
    const confirmedBy = confirmationOf(user, now)
    const isNeeded = orderNeedsConfirmation({
      kind: kindOf(user.id, parties.to),
      amountMinor: BigInt(order.amountMinor),
      confirmed: confirmedBy !== null,
      limitMinor: stepUpLimitMinor,
    })
    return { confirmedBy, isNeeded }
  }

  async function showReview(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledOrderForm,
    reviewed: ReviewedOrder,
    problem: ReviewProblem = {},
  ): Promise<void> {
    const user = signedIn(request)
    const { order, parties } = reviewed
    const asks = await confirmationFields(
      db,
      user.id,
      confirmation(user, reviewed, new Date(request.receivedAtMs)).isNeeded,
    )
    const frame = request.pageFrame('transfer')
    const toOwn = parties.to?.userId === user.id
    reply.page(OrderReviewPage({ frame, ...filled, request: order, ...parties, toOwn, ...asks, ...problem }))
  }

  app.get(ORDERS_PATH, pageRoute({ querystring: Query }), async (request, reply) => {
    const { id } = signedIn(request)
    const [orders, payments] = await Promise.all([listOrders(db, id), listPayments(db, id)])
    const done = DONE.get(request.query.done)
    return reply.page(OrdersPage({ frame: request.pageFrame('transfer'), orders, payments, done }))
  })

  app.get(NEW_ORDER_PATH, pageRoute({ querystring: Query }), async (request, reply) => {
    const typed = prefilled(request.query, await listAccounts(db, signedIn(request).id))
    const form = { ...typed, rhythm: '', first: isoDate(new Date(request.receivedAtMs)) }
    await showForm(request, reply, { form, key: randomUUID() })
    return reply
  })

  app.post(NEW_ORDER_PATH, pageRoute({ body: OrderFields }), async (request, reply) => {
    const filled = read(request.body)
    if (request.body.change !== undefined) await showForm(request, reply, filled)
    else {
      const reviewed = await review(request, reply, filled)
      if (reviewed) await showReview(request, reply, filled, reviewed)
    }
    return reply
  })

  app.post(ORDERS_PATH, pageRoute({ body: OrderFields }), async (request, reply) => {
    const filled = read(request.body)
    const reviewed = await review(request, reply, filled)
    if (!reviewed) return reply
    try {
      await create(
        await confirmCustomer(request, reply, request.body),
        filled.key,
        reviewed,
        new Date(request.receivedAtMs),
      )
      return reply.redirect(`${ORDERS_PATH}?done=created`, 303)
    } catch (error) {
      const refusal = refusalOf(error)
      const { statusCode, code, message, headers } = refusal
      request.log.info({ code }, 'standing order refused')
      const problem = reviewProblem(refusal, request.body)
      reply.code(statusCode).headers(headers)
      if (problem) await showReview(request, reply, filled, reviewed, problem)
      else await showForm(request, reply, filled, { statusCode, error: message })
      return reply
    }
  })

  async function create(user: Identity, key: string, reviewed: ReviewedOrder, now: Date): Promise<void> {
    const { order, parties } = reviewed
    const { amountMinor, memo, rhythm, firstOn } = order
    const hash = requestHash(order)
    const { confirmedBy, isNeeded } = confirmation(user, reviewed, now)
    const commitment = commitmentOf(user.id, confirmationKeyOf(key, order), hash)
    await createOrder(
      db,
      {
        // The same for a form that is sent twice.
        id: idOfForm(key, user.id, hash, rhythm, isoDate(firstOn)),
        userId: user.id,
        fromAccountId: parties.from.id,
        toAccountId: parties.to?.id ?? null,
        amountMinor: BigInt(amountMinor),
        memo,
        rhythm,
        firstOn,
      },
      async (transaction) => (isNeeded ? takeConfirmation(transaction, commitment, now) : confirmedBy),
    )
  }

  app.post(`${ORDERS_PATH}/:id/cancel`, pageRoute({ params: IdParams }), async (request, reply) => {
    const { id } = request.params
    if (!isUuid(id) || !(await cancelOrder(db, signedIn(request).id, id, new Date(request.receivedAtMs))))
      throw new ServiceError('not_found', 'You have no such standing order.')
    return reply.redirect(`${ORDERS_PATH}?done=canceled`, 303)
  })
}
