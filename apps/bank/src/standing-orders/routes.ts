import { randomUUID } from 'node:crypto'
import type { Identity } from '@signet/auth/verifier'
import { type App, isUuid, pageRoute, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type, { type Static } from 'typebox'
import { listAccounts } from '../accounts/store.js'
import { idOfForm } from '../form-key.js'
import type { BankOptions } from '../options.js'
import { FormText, Typed } from '../printable-text.js'
import { runRegularly } from '../regular-task.js'
import {
  confirmationFields,
  confirmCustomer,
  type ReviewProblem,
  shownRefusal,
  takeConfirmation,
} from '../transfers/confirmations.js'
import { prefilled } from '../transfers/form-rules.js'
import { type Reviewed, reviewedOf } from '../transfers/request.js'
import { commitmentOf, confirmationOf, kindOf, requestHash } from '../transfers/rules.js'
import { FormFields } from '../transfers/schemas.js'
import { type FilledOrderForm, NEW_ORDER_PATH, ORDERS_PATH, OrderFormPage, OrderReviewPage } from './form-page.js'
import { OrdersPage, UpcomingSection } from './page.js'
import { payDueOrders } from './pay.js'
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

type OrderFormRequest = FastifyRequest<{ Body: Static<typeof OrderFields> }>
type ReviewedOrder = Reviewed<OrderRequest>

/** Replaces an invalid key by a new one. */
function read({ key = '', ...body }: Static<typeof OrderFields>): FilledOrderForm {
  const { from = '', to = '', number = '', amount = '', memo = '', rhythm = '', first = '' } = body
  return { form: { from, to, number, amount, memo, rhythm, first }, key: isUuid(key) ? key : randomUUID() }
}

type StandingOrdersOptions = Pick<BankOptions, 'db' | 'stepUpLimitMinor' | 'closedUserIds'>

export const standingOrders = fastifyPlugin(
  async (app: App, options: StandingOrdersOptions) => {
    const { db, closedUserIds } = options
    app.homeSections.push(async (request) => UpcomingSection({ orders: await listOrders(db, signedIn(request).id) }))
    standingOrderRoutes(app, options)
    runRegularly(app, {
      everyMs: 10_000,
      failure: 'could not read the due standing orders',
      run: (now) => payDueOrders({ db, closedUserIds, log: app.log, onDeposit: app.wakeOutbox }, now),
    })
  },
  { name: '@signet/bank-standing-orders', dependencies: ['@signet/bank-transfers'] },
)

function standingOrderRoutes(app: App, { db, stepUpLimitMinor }: StandingOrdersOptions): void {
  async function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledOrderForm,
    { statusCode = 200, ...problem }: Problem = {},
  ): Promise<FastifyReply> {
    const accounts = await listAccounts(db, signedIn(request).id)
    const page = { frame: request.pageFrame('transfer'), accounts, ...filled, now: timeOf(request), ...problem }
    return reply.code(statusCode).page(OrderFormPage(page))
  }

  /** Reads the fields and continues with the typed order, or shows the form again with errors. */
  async function review(
    request: OrderFormRequest,
    reply: FastifyReply,
    proceed: (filled: FilledOrderForm, reviewed: ReviewedOrder) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const { id } = signedIn(request)
    const filled = read(request.body)
    const typed = readOrderForm(filled.form, await listAccounts(db, id), timeOf(request))
    const { reviewed, problems } = await reviewedOf(db, id, typed, filled.form)
    return reviewed ? proceed(filled, reviewed) : showForm(request, reply, filled, { statusCode: 400, problems })
  }

  /** Returns what confirms an order, and whether that does not suffice. */
  function confirmation(user: Identity, { request: order, parties }: ReviewedOrder, now: Date) {
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
  ): Promise<FastifyReply> {
    const user = signedIn(request)
    const asks = await confirmationFields(db, user.id, confirmation(user, reviewed, timeOf(request)).isNeeded)
    const frame = request.pageFrame('transfer')
    const { request: order, parties } = reviewed
    return reply.page(OrderReviewPage({ frame, ...filled, request: order, ...parties, ...asks, ...problem }))
  }

  async function create(user: Identity, key: string, reviewed: ReviewedOrder, now: Date): Promise<void> {
    const { request: order, parties } = reviewed
    const { memo, rhythm, firstOn } = order
    const hash = requestHash(order)
    const { confirmedBy, isNeeded } = confirmation(user, reviewed, now)
    const commitment = commitmentOf(user.id, confirmationKeyOf(key, order), hash)
    const stored = {
      // The same for a form that is sent twice.
      id: idOfForm(key, user.id, hash, rhythm, isoDate(firstOn)),
      userId: user.id,
      fromAccountId: parties.from.id,
      toAccountId: parties.to?.id ?? null,
      amountMinor: BigInt(order.amountMinor),
      memo,
      rhythm,
      firstOn,
    }
    await createOrder(db, stored, async (transaction) =>
      isNeeded ? takeConfirmation(transaction, commitment, now) : confirmedBy,
    )
  }

  app.get(ORDERS_PATH, pageRoute({ querystring: Query }), async (request, reply) => {
    const { id } = signedIn(request)
    const [orders, payments] = await Promise.all([listOrders(db, id), listPayments(db, id)])
    const done = DONE.get(request.query.done)
    return reply.page(OrdersPage({ frame: request.pageFrame('transfer'), orders, payments, done }))
  })

  app.get(NEW_ORDER_PATH, pageRoute({ querystring: Query }), async (request, reply) => {
    const typed = prefilled(request.query, await listAccounts(db, signedIn(request).id))
    const form = { ...typed, rhythm: '', first: isoDate(timeOf(request)) }
    return showForm(request, reply, { form, key: randomUUID() })
  })

  app.post(NEW_ORDER_PATH, pageRoute({ body: OrderFields }), async (request, reply) => {
    if (request.body.change !== undefined) return showForm(request, reply, read(request.body))
    return review(request, reply, (filled, reviewed) => showReview(request, reply, filled, reviewed))
  })

  app.post(ORDERS_PATH, pageRoute({ body: OrderFields }), async (request, reply) =>
    review(request, reply, async (filled, reviewed) => {
      try {
        const user = await confirmCustomer(request, reply, request.body)
        await create(user, filled.key, reviewed, timeOf(request))
        return reply.redirect(`${ORDERS_PATH}?done=created`, 303)
      } catch (error) {
        const { statusCode, message, problem } = shownRefusal(error, request, reply)
        if (problem) return showReview(request, reply, filled, reviewed, problem)
        return showForm(request, reply, filled, { statusCode, error: message })
      }
    }),
  )

  app.post(`${ORDERS_PATH}/:id/cancel`, pageRoute({ params: IdParams }), async (request, reply) => {
    const { id } = request.params
    if (!isUuid(id) || !(await cancelOrder(db, signedIn(request).id, id, timeOf(request))))
      throw new ServiceError('not_found', 'You have no such standing order.')
    return reply.redirect(`${ORDERS_PATH}?done=canceled`, 303)
  })
}
