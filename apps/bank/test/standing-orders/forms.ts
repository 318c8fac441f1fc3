import { randomUUID } from 'node:crypto'
import type { Prisma } from '@signet/bank-database'
import { isoDate } from '../../src/standing-orders/rules.js'
import type { Customer } from '../customer.js'
import { claimsOf, type TestBank } from '../support.js'
import { postForm } from '../transfers/forms.js'

export const ORDERS = '/standing-orders'
export const NEW = '/standing-orders/new'

/** The date some days from now, as the form contains it. */
export const inDays = (days: number): string => isoDate(new Date(Date.now() + days * 86_400_000))

/** The fields of a form: 10.00 from Checking to Savings every month. */
export const typedOrder = (
  { checking, savings }: Customer,
  changes: Record<string, string> = {},
): Record<string, string> => ({
  key: randomUUID(),
  from: checking.id,
  to: savings.id,
  number: '',
  amount: '10.00',
  memo: '',
  rhythm: 'monthly',
  first: inDays(3),
  ...changes,
})

/** Sends an order from its review page. */
export const sendOrder = (app: TestBank['app'], fields: Record<string, string>, cookie: { cookie: string }) =>
  postForm(app, ORDERS, fields, cookie)

export const activeOrders = (
  { db }: TestBank,
  { token }: Customer,
): Promise<Prisma.StandingOrderGetPayload<object>[]> =>
  db.standingOrder.findMany({ where: { userId: String(claimsOf(token).sub), canceledAt: null } })
