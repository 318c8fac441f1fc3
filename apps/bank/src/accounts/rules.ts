import { parseMinor, plainNumber } from '@signet/contracts'

/** Entries per page. */
export const PAGE_SIZE = 50

/** The last entry of a page. Entries are sorted by time, then by id. */
export interface Cursor {
  readonly at: Date
  readonly id: bigint
}

export const cursorOf = ({ at, id }: Cursor): string => `${at.getTime()}-${id}`

/** Parses a cursor of `cursorOf`. Returns undefined for any other text. */
export function parseCursor(text: string): Cursor | undefined {
  const [, milliseconds, id] = /^([1-9]\d{0,13})-([1-9]\d{0,17})$/.exec(text) ?? []
  return milliseconds === undefined || id === undefined
    ? undefined
    : { at: new Date(Number(milliseconds)), id: BigInt(id) }
}

/** Matches entries whose memo contains the text, or whose amount is in the list. */
export interface EntrySearch {
  readonly text: string
  readonly amountsMinor: readonly bigint[]
}

export const MAX_SEARCH_LENGTH = 100

/**
 * Parses a search for the text of a memo or for an amount (`12.50`, `$1,200`). A sign restricts it to credits or debits.
 * Returns undefined for blank text.
 */
export function parseSearch(typed: string, currency: string): EntrySearch | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  const [, sign, digits = ''] = /^([+-]?)(.*)$/.exec(plainNumber(text)) ?? []
  const amount = parseMinor(digits, currency)
  if (amount === undefined) return { text, amountsMinor: [] }
  const minor = BigInt(amount)
  return { text, amountsMinor: sign === '' ? [minor, -minor] : [sign === '+' ? minor : -minor] }
}

export const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

const WEEK_MS = 7 * 86_400_000
/** Twelve months. */
const WEEKS = 52

/** The balance of a customer's account at a past time. */
export interface PastBalance {
  readonly accountId: string
  readonly at: Date
  readonly balanceMinor: bigint
}

interface BalancePoint {
  readonly at: Date
  /** In minor units. */
  readonly value: number
}

/** Returns one time per week of the last twelve months, oldest first, without `now`. */
export const pastWeeks = (now: Date): Date[] =>
  Array.from({ length: WEEKS }, (_, index) => new Date(now.getTime() - (WEEKS - index) * WEEK_MS))

/** Returns an account's past balances and the current one, oldest first. */
export const balancesOf = (
  account: { readonly id: string; readonly balanceMinor: bigint },
  past: readonly PastBalance[],
  now: Date,
): BalancePoint[] => [
  ...past
    .filter(({ accountId }) => accountId === account.id)
    .map(({ at, balanceMinor }) => ({ at, value: Number(balanceMinor) })),
  { at: now, value: Number(account.balanceMinor) },
]
