import {
  type OwnAccount,
  type ReadForm,
  readForm,
  type TransferForm,
  type TransferProblems,
} from '../transfers/form-rules.js'
import { needsConfirmation, type TransferRequest } from '../transfers/rules.js'

export const RHYTHMS = ['weekly', 'monthly'] as const
export type Rhythm = (typeof RHYTHMS)[number]

/** Active orders per user. */
export const MAX_ORDERS = 20

export interface OrderForm extends TransferForm {
  readonly rhythm: string
  /** The date of the first payment, for example `2026-11-30`. */
  readonly first: string
}

export type OrderProblems = TransferProblems & { rhythm?: string; first?: string }

export interface OrderRequest extends TransferRequest {
  readonly rhythm: Rhythm
  readonly firstOn: Date
}

/** Returns the date of a time. A date is its midnight in UTC. */
export const dateOf = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))

/** Writes a date as `2026-11-30`. */
export const isoDate = (date: Date): string => date.toISOString().slice(0, 10)

/** Returns the dates between which an order may begin, as `isoDate` writes them: from today for a year. */
export const firstDates = (now: Date): { readonly min: string; readonly max: string } => ({
  min: isoDate(now),
  max: isoDate(new Date(Date.UTC(now.getUTCFullYear() + 1, now.getUTCMonth(), now.getUTCDate()))),
})

/** Returns the date after `dueOn`. A month without the day of the first payment ends earlier, and so does its payment. */
export function nextDate({ firstOn, rhythm }: Pick<OrderRequest, 'firstOn' | 'rhythm'>, dueOn: Date): Date {
  const [year, month] = [dueOn.getUTCFullYear(), dueOn.getUTCMonth()]
  if (rhythm === 'weekly') return new Date(Date.UTC(year, month, dueOn.getUTCDate() + 7))
  const lastDay = new Date(Date.UTC(year, month + 2, 0)).getUTCDate()
  return new Date(Date.UTC(year, month + 1, Math.min(firstOn.getUTCDate(), lastDay)))
}

/** Converts the fields to an order, or returns an error per field. See `readForm`. */
export function readOrderForm(
  form: OrderForm,
  accounts: readonly OwnAccount[],
  now: Date,
): ReadForm<OrderRequest, OrderProblems> {
  const typed = readForm(form, accounts)
  const problems: OrderProblems = { ...typed.problems }
  const rhythm = RHYTHMS.find((one) => one === form.rhythm)
  if (!rhythm) problems.rhythm = 'Choose how often we pay.'
  const { min, max } = firstDates(now)
  const firstOn = parseDate(form.first)
  if (!firstOn || form.first < min || form.first > max) problems.first = `Enter a date from ${min} to ${max}.`
  if (typed.problems || !rhythm || !firstOn || problems.first) return { problems }
  return { request: { ...typed.request, rhythm, firstOn } }
}

function parseDate(text: string): Date | undefined {
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? text : Number.NaN)
  // The parser moves 31 February to March.
  return !Number.isNaN(date.getTime()) && isoDate(date) === text ? date : undefined
}

/**
 * Returns whether the customer must confirm a new order. It pays without end and after the session. So it counts as if the
 * step-up limit were used up, whatever its amount. Compare Delegated Regulation (EU) 2018/389, article 14.
 */
export const orderNeedsConfirmation = (order: Omit<Parameters<typeof needsConfirmation>[0], 'sentMinor'>): boolean =>
  needsConfirmation({ ...order, sentMinor: BigInt(order.limitMinor) })

/** Returns what a passkey commits to instead of a transfer's key. Another rhythm or date needs another signature. */
export const confirmationKeyOf = (key: string, { rhythm, firstOn }: Pick<OrderRequest, 'rhythm' | 'firstOn'>): string =>
  `standing order ${key} ${rhythm} ${isoDate(firstOn)}`
