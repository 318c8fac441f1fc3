import { createHash } from 'node:crypto'
import { hasVisibleCharacter, plainNumber } from '@signet/contracts'
import { isUuid } from '@signet/service'

/** What a customer asks for, as the API and the form both say it. */
export interface TransferRequest {
  /** The id of an account of the customer's own. */
  readonly from: string
  /** An account's id, an account's number, or `retirement`. */
  readonly to: string
  readonly amountMinor: number
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

/** How long a key is kept. */
export const KEY_RETENTION_DAYS = 30

/** The same for the same request, and for no other: a list, so that no field can run into the next. */
export const requestHash = ({ from, to, amountMinor, memo }: TransferRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([from, to, amountMinor, memo]))
    .digest('base64url')

/** How long a typed password confirms transfers. */
const PASSWORD_RECENT_SECONDS = 300
/** The step-up limit counts what was sent in this time. The database counts by the same hour. */
export const STEP_UP_WINDOW_MS = 3_600_000

/** Whether the password was typed in the last five minutes. */
export const isPasswordRecent = (authTimeSeconds: number, now: Date): boolean =>
  Math.floor(now.getTime() / 1000) - authTimeSeconds <= PASSWORD_RECENT_SECONDS

export type TransferKind = 'own' | 'customer' | 'retirement'

/** @param to the receiving account; null for retirement. */
export function kindOf(userId: string, to: { readonly userId: string } | null): TransferKind {
  if (!to) return 'retirement'
  return to.userId === userId ? 'own' : 'customer'
}

/**
 * Whether a transfer has to wait for the password: with it, the customer would have sent more than the limit within an hour without a
 * password typed shortly before. Transfers between one's own accounts never need it, and neither they nor transfers that a
 * recent password confirmed count. A limit of 0 is none.
 */
export function needsPassword(transfer: {
  readonly kind: TransferKind
  readonly amountMinor: bigint
  readonly passwordConfirmed: boolean
  /** Sent without a recent password within the last hour. */
  readonly sentMinor: bigint
  readonly limitMinor: number
}): boolean {
  const { kind, amountMinor, passwordConfirmed, sentMinor, limitMinor } = transfer
  if (kind === 'own' || passwordConfirmed || limitMinor === 0) return false
  return sentMinor + amountMinor > BigInt(limitMinor)
}

interface NamedAccount {
  readonly id: string
  readonly number: string
  readonly name: string
}

/** A request whose accounts were found. */
export interface AcceptedRequest {
  readonly from: NamedAccount
  /** Null where the money leaves for retirement. */
  readonly to: NamedAccount | null
  readonly kind: TransferKind
  readonly amountMinor: bigint
  readonly memo: string
}

/** What the ledger entry on each side says. A customer who wrote no memo finds the other account there. */
export function entryMemos({ from, to, kind, memo }: Omit<AcceptedRequest, 'amountMinor'>) {
  if (!to) {
    const contribution = memo || 'Contribution to retirement'
    return { debitMemo: contribution, creditMemo: contribution }
  }
  const nameOf = (account: NamedAccount) => (kind === 'own' ? account.name : account.number)
  return { debitMemo: memo || `To ${nameOf(to)}`, creditMemo: memo || `From ${nameOf(from)}` }
}
