import type { BankDatabase } from '@signet/bank-database'
import { ServiceError } from '@signet/service'
import type { FastifyBaseLogger } from 'fastify'
import { idOfForm } from '../form-key.js'
import { POST_LIMITS, postWithin } from '../transfers/post.js'
import { type Confirmation, kindOf } from '../transfers/rules.js'
import { dateOf, isoDate, nextDate } from './rules.js'
import { claimOrder, listDue, savePayment } from './store.js'

export interface PayOptions {
  readonly db: BankDatabase
  /** Users whose orders are not paid. */
  readonly closedUserIds: readonly string[]
  readonly log: FastifyBaseLogger
  /** Called after a deposit has been committed to the outbox. */
  readonly onDeposit: () => void
}

const BEFORE_EVERY_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Pays every date that is due, also those that passed while no process ran: each date once, the oldest first. Every process runs it,
 * and an order that another process holds is skipped. An order that fails stays due and does not delay others.
 */
export async function payDueOrders(options: PayOptions, now: Date): Promise<void> {
  const { db, log, closedUserIds } = options
  const today = dateOf(now)
  for (let after: string | undefined = BEFORE_EVERY_ID; after !== undefined; ) {
    const ids: string[] = await listDue(db, { today, after, closedUserIds })
    for (const orderId of ids) {
      try {
        while (await payNext(options, orderId, today)) {}
      } catch (error) {
        log.warn({ err: error, orderId }, 'could not pay a standing order')
      }
    }
    after = ids.at(-1)
  }
}

/**
 * Pays the oldest due date of an order, or saves that there was not enough money. One transaction writes the transfer, the payment and
 * the next date. Returns whether a date was due.
 */
async function payNext({ db, log, onDeposit }: PayOptions, orderId: string, today: Date): Promise<boolean> {
  const payment = await db.$transaction(async (transaction) => {
    const order = await claimOrder(transaction, orderId, today)
    if (!order) return null
    const { userId, to, nextOn: dueOn } = order
    // The same at every attempt, so that no date has two transfers.
    const id = idOfForm(orderId, isoDate(dueOn))
    const kind = kindOf(userId, to)
    const context = { requestId: id, traceparent: null, tracestate: null }
    const transfer = { ...order, id, kind, memo: order.memo || 'Standing order', context }
    const isPaid = await postWithin(transaction, transfer, async () => order.confirmedBy as Confirmation | null).then(
      () => true,
      isOutOfMoney,
    )
    await savePayment(transaction, { orderId, dueOn, transferId: isPaid ? id : null }, nextDate(order, dueOn))
    return { dueOn, isPaid, isDeposit: kind === 'retirement' }
  }, POST_LIMITS)
  if (!payment) return false
  const { dueOn, isPaid, isDeposit } = payment
  if (isPaid && isDeposit) onDeposit()
  log.info({ orderId, dueOn: isoDate(dueOn), isPaid }, 'standing order due')
  return true
}

/** Returns false for a lack of money. @throws every other error */
function isOutOfMoney(error: unknown): false {
  if (error instanceof ServiceError && error.code === 'insufficient_funds') return false
  throw error
}
