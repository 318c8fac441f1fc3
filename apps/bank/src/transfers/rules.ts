import { createHash } from 'node:crypto'
import { hasVisibleCharacter, plainNumber } from '@signet/contracts'
import { isUuid } from '@signet/service'
import { isAuthenticationRecent } from '../sign-in/rules.js'

/** A transfer request, from the API or the form. */
export interface TransferRequest {
  /** The id of one of the customer's own accounts. */
  readonly from: string
  /** An account's id, an account's number, or `retirement`. */
  readonly to: string
  readonly amountMinor: number
  readonly memo: string
}

export const RETIREMENT = 'retirement'

export type Destination = { readonly id: string } | { readonly number: string } | typeof RETIREMENT

/** Parses `to`; undefined for invalid text. An account number has ten digits, with optional spaces and dashes. */
export function parseDestination(to: string): Destination | undefined {
  if (to === RETIREMENT) return RETIREMENT
  if (isUuid(to)) return { id: to }
  const typed = plainNumber(to)
  const digits = /^\d[\d -]*\d$/.test(typed) ? typed.replace(/[ -]/g, '') : ''
  return digits.length === 10 ? { number: `${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}` } : undefined
}

/** Treats a memo without visible characters as empty. */
export const memoOf = (typed = ''): string => (hasVisibleCharacter(typed) ? typed : '')

export const isIdempotencyKey = (text: string): boolean => /^[ -~]{1,200}$/.test(text)

export const KEY_RETENTION_DAYS = 30

/** Identifies a request. It hashes a list, so that two fields cannot run together. */
export const requestHash = ({ from, to, amountMinor, memo }: TransferRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([from, to, amountMinor, memo]))
    .digest('base64url')

/** The period of the step-up limit. The database uses the same hour. */
export const STEP_UP_WINDOW_MS = 3_600_000

/** Identifies what a passkey confirms: a request of a user under a key. In base64url. */
export const commitmentOf = (userId: string, key: string, hash: string): string =>
  createHash('sha256')
    .update(JSON.stringify([userId, key, hash]))
    .digest('base64url')

/** What the customer confirmed a transfer with. */
export type Confirmation = 'password' | 'passkey' | 'recovery_code'

/** Returns what a recent authentication confirms transfers with; null when it is older than five minutes. */
export function confirmationOf(
  { authTimeSeconds, amr }: { readonly authTimeSeconds: number; readonly amr: readonly string[] },
  now: Date,
): Confirmation | null {
  if (!isAuthenticationRecent(authTimeSeconds, now)) return null
  if (amr.includes('hwk') || amr.includes('swk')) return 'passkey'
  return amr.includes('otp') ? 'recovery_code' : 'password'
}

export type TransferKind = 'own' | 'customer' | 'retirement'

/** @param to the receiving account; null for retirement. */
export function kindOf(userId: string, to: { readonly userId: string } | null): TransferKind {
  if (!to) return 'retirement'
  return to.userId === userId ? 'own' : 'customer'
}

/**
 * Returns whether a transfer needs a confirmation: with it, the customer would exceed the limit of money sent unconfirmed within
 * an hour. A recent authentication confirms, or a passkey that signed this transfer. Transfers between own accounts never need
 * it. They and confirmed transfers do not count. A limit of 0 means no limit.
 */
export function needsConfirmation(transfer: {
  readonly kind: TransferKind
  readonly amountMinor: bigint
  readonly confirmed: boolean
  /** Sent unconfirmed within the last hour. */
  readonly sentMinor: bigint
  readonly limitMinor: number
}): boolean {
  const { kind, amountMinor, confirmed, sentMinor, limitMinor } = transfer
  if (kind === 'own' || confirmed || limitMinor === 0) return false
  return sentMinor + amountMinor > BigInt(limitMinor)
}

interface NamedAccount {
  readonly id: string
  readonly number: string
  readonly name: string
}

export interface AcceptedRequest {
  readonly from: NamedAccount
  /** Null for retirement. */
  readonly to: NamedAccount | null
  readonly kind: TransferKind
  readonly amountMinor: bigint
  readonly memo: string
}

/** Returns the memo of each side's ledger entry. Without a memo it names the other account. */
export function entryMemos({ from, to, kind, memo }: Omit<AcceptedRequest, 'amountMinor'>) {
  if (!to) {
    const contribution = memo || 'Contribution to retirement'
    return { debitMemo: contribution, creditMemo: contribution }
  }
  const nameOf = (account: NamedAccount) => (kind === 'own' ? account.name : account.number)
  return { debitMemo: memo || `To ${nameOf(to)}`, creditMemo: memo || `From ${nameOf(from)}` }
}
