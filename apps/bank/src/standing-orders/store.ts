import type { BankDatabase, Prisma } from '@signet/bank-database'
import { ServiceError } from '@signet/service'
import type { Transaction } from '../ledger/store.js'
import { lockUser } from '../sign-in-methods/store.js'
import type { Confirmation } from '../transfers/rules.js'
import { PARTY } from '../transfers/store.js'
import { MAX_ORDERS } from './rules.js'

const ORDER = {
  id: true,
  userId: true,
  amountMinor: true,
  memo: true,
  rhythm: true,
  firstOn: true,
  nextOn: true,
  confirmedBy: true,
  from: { select: PARTY },
  to: { select: PARTY },
} as const
/** The latest payment is the one that the user is told about. */
const LISTED = { ...ORDER, payments: { orderBy: { dueOn: 'desc' }, take: 1 } } as const
const PAYMENT = { dueOn: true, transferId: true, order: { select: ORDER } } as const

/** `to` is null for retirement. */
export type StoredOrder = Readonly<Prisma.StandingOrderGetPayload<{ select: typeof ORDER }>>
export type ListedOrder = Readonly<Prisma.StandingOrderGetPayload<{ select: typeof LISTED }>>
/** `transferId` is null when there was not enough money. */
export type StoredPayment = Readonly<Prisma.StandingOrderPaymentGetPayload<{ select: typeof PAYMENT }>>

/** Lists a user's active orders, the next one first. */
export const listOrders = (db: BankDatabase, userId: string): Promise<ListedOrder[]> =>
  db.standingOrder.findMany({
    where: { userId, canceledAt: null },
    select: LISTED,
    orderBy: [{ nextOn: 'asc' }, { id: 'asc' }],
  })

/** Lists the latest payments of a user's orders, newest first. */
export const listPayments = (db: BankDatabase, userId: string): Promise<StoredPayment[]> =>
  db.standingOrderPayment.findMany({
    where: { order: { userId } },
    select: PAYMENT,
    orderBy: [{ dueOn: 'desc' }, { orderId: 'asc' }],
    take: 10,
  })

export type NewOrder = Omit<Prisma.StandingOrderCreateManyInput, 'nextOn' | 'confirmedBy' | 'createdAt' | 'canceledAt'>

/**
 * Saves an order, once per id. A customer's orders wait for each other, so that concurrent requests keep the limit too.
 *
 * @param confirm returns what confirms the order. Not called for an order that exists.
 * @throws {ServiceError} `forbidden` at the limit, and what `confirm` throws.
 */
export async function createOrder(
  db: BankDatabase,
  order: NewOrder,
  confirm: (transaction: Transaction) => Promise<Confirmation | null>,
): Promise<void> {
  const { id, userId } = order
  await db.$transaction(async (transaction) => {
    await lockUser(transaction, userId)
    if (await transaction.standingOrder.findUnique({ where: { id }, select: { id: true } })) return
    if ((await transaction.standingOrder.count({ where: { userId, canceledAt: null } })) >= MAX_ORDERS)
      throw new ServiceError(
        'forbidden',
        `You have ${MAX_ORDERS} standing orders. Cancel one before you set up another.`,
      )
    const confirmedBy = await confirm(transaction)
    await transaction.standingOrder.create({ data: { ...order, nextOn: order.firstOn, confirmedBy } })
  })
}

/** Returns false for an unknown order and for one of another user. */
export async function cancelOrder(db: BankDatabase, userId: string, id: string, now: Date): Promise<boolean> {
  return (await db.standingOrder.updateMany({ where: { id, userId }, data: { canceledAt: now } })).count > 0
}

/** Orders that one query reads. */
const DUE_BATCH = 100

export interface DueOrders {
  readonly today: Date
  /** Only ids after this one. */
  readonly after: string
  readonly closedUserIds: readonly string[]
}

export async function listDue(db: BankDatabase, { today, after, closedUserIds }: DueOrders): Promise<string[]> {
  const where = { canceledAt: null, nextOn: { lte: today }, id: { gt: after }, userId: { notIn: [...closedUserIds] } }
  const due = await db.standingOrder.findMany({ where, select: { id: true }, orderBy: { id: 'asc' }, take: DUE_BATCH })
  return due.map(({ id }) => id)
}

/** Locks a due order until the transaction ends. Returns null when another process has it, or nothing is due any more. */
export async function claimOrder(transaction: Transaction, id: string, today: Date): Promise<StoredOrder | null> {
  const claimed = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM standing_orders WHERE id = ${id}::uuid FOR UPDATE SKIP LOCKED`
  if (claimed.length === 0) return null
  return transaction.standingOrder.findUnique({
    where: { id, canceledAt: null, nextOn: { lte: today } },
    select: ORDER,
  })
}

export async function savePayment(
  transaction: Transaction,
  payment: { readonly orderId: string; readonly dueOn: Date; readonly transferId: string | null },
  nextOn: Date,
): Promise<void> {
  await transaction.standingOrderPayment.create({ data: payment })
  await transaction.standingOrder.update({ where: { id: payment.orderId }, data: { nextOn } })
}
