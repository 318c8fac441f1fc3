import { parseMinor, plainNumber } from '@signet/contracts'

/** Entries a page. */
export const PAGE_SIZE = 50

/** The entry that was seen last: statements are read in the order of time, and of ids within a millisecond. */
export interface Cursor {
  readonly at: Date
  readonly id: bigint
}

export const cursorOf = ({ at, id }: Cursor): string => `${at.getTime()}-${id}`

/** Undefined for anything that `cursorOf` does not make: a cursor is nobody's to invent. */
export function parseCursor(text: string): Cursor | undefined {
  const [, milliseconds, id] = /^([1-9]\d{0,13})-([1-9]\d{0,17})$/.exec(text) ?? []
  return milliseconds === undefined || id === undefined
    ? undefined
    : { at: new Date(Number(milliseconds)), id: BigInt(id) }
}

/** Entries whose memo contains the text, or whose amount is one of these. */
export interface EntrySearch {
  readonly text: string
  readonly amountsMinor: readonly bigint[]
}

export const MAX_SEARCH_LENGTH = 100

/**
 * What somebody looks for: words of a memo, or an amount (`12.50`, `$1,200`), with a sign to find only what came in or only what
 * went out. Undefined for nothing.
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

/** For LIKE: the text itself, whatever it contains. */
export const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
