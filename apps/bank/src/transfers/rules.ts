import { createHash } from 'node:crypto'
import { hasVisibleCharacter, plainNumber } from '@signet/contracts'
import { isUuid } from '@signet/service'

/** What a customer orders, as the API and the form both say it. Money is in minor units. */
export interface Order {
  /** One's own account. */
  readonly from: string
  /** An account's id, an account's number, or `retirement`. */
  readonly to: string
  readonly amount: number
  readonly memo: string
}

export const RETIREMENT = 'retirement'

export type Destination = { readonly id: string } | { readonly number: string } | typeof RETIREMENT

/** What `to` names; undefined for text that could name nothing. A number is ten digits, with any spaces and dashes in between. */
export function parseDestination(to: string): Destination | undefined {
  if (to === RETIREMENT) return RETIREMENT
  if (isUuid(to)) return { id: to }
  const typed = plainNumber(to)
  const digits = /^\d[\d -]*\d$/.test(typed) ? typed.replace(/[ -]/g, '') : ''
  return digits.length === 10 ? { number: `${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}` } : undefined
}

/** A memo that shows nothing is none. */
export const memoOf = (typed = ''): string => (hasVisibleCharacter(typed) ? typed : '')

/** Printable ASCII, at most 200 of it. */
export const isIdempotencyKey = (text: string): boolean => /^[ -~]{1,200}$/.test(text)

/** How long a key is remembered. */
export const KEY_RETENTION_DAYS = 30

/** The same for the same order, and for no other: a list, so that no field can run into the next. */
export const orderHash = ({ from, to, amount, memo }: Order): string =>
  createHash('sha256')
    .update(JSON.stringify([from, to, amount, memo]))
    .digest('base64url')

/** How long a typed password is enough for a large transfer. */
const STEP_UP_SECONDS = 300

/** Whether the password has to be typed again before this much may leave an account. A limit of 0 asks nobody. */
export function needsPassword(
  amountMinor: number,
  stepUpLimitMinor: number,
  { authTimeSeconds, nowSeconds }: { authTimeSeconds: number; nowSeconds: number },
): boolean {
  return stepUpLimitMinor > 0 && amountMinor > stepUpLimitMinor && nowSeconds - authTimeSeconds > STEP_UP_SECONDS
}

export type TransferKind = 'own' | 'customer' | 'retirement'

export interface Movement {
  readonly from: { readonly id: string; readonly number: string; readonly name: string }
  /** Absent where the money leaves for retirement. */
  readonly to?: { readonly id: string; readonly number: string; readonly name: string }
  readonly kind: TransferKind
  readonly amountMinor: bigint
  readonly memo: string
}

export interface Posting {
  readonly accountId: string | null
  readonly houseAccount: 'retirement_in_transit' | null
  readonly amount: bigint
  readonly memo: string
}

/**
 * What is written down: what one account loses another gains, so the sum is zero. Customers' accounts come in the order of
 * their ids, the order in which they are locked everywhere: two transfers in opposite directions never wait for each
 * other in a circle.
 */
export function postingsOf({ from, to, kind, amountMinor, memo }: Movement): Posting[] {
  const debit = { accountId: from.id, houseAccount: null, amount: -amountMinor, memo: memo || paidMemo(kind, to) }
  if (!to)
    return [debit, { accountId: null, houseAccount: 'retirement_in_transit', amount: amountMinor, memo: debit.memo }]
  const credit = { accountId: to.id, houseAccount: null, amount: amountMinor, memo: memo || receivedMemo(kind, from) }
  return from.id < to.id ? [debit, credit] : [credit, debit]
}

/** What stands on the statement of somebody who wrote nothing. */
function paidMemo(kind: TransferKind, to: Movement['to']): string {
  if (kind === 'retirement') return 'Contribution to retirement'
  return `To ${kind === 'own' ? to?.name : to?.number}`
}

const receivedMemo = (kind: TransferKind, from: Movement['from']): string =>
  `From ${kind === 'own' ? from.name : from.number}`
