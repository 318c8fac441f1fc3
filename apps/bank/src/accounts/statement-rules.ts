import { firstVisibleCharacter, withoutDirectionControls } from '@signet/contracts'

/** A month as `2026-11`. */
export type Month = `${number}-${string}`

export const isMonth = (text: string): text is Month => /^\d{4}-(0[1-9]|1[0-2])$/.test(text)

/** Returns the start of a month and of the next one, in UTC. */
export function monthBounds(month: Month): { readonly from: Date; readonly until: Date } {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return { from: new Date(Date.UTC(year, number - 1)), until: new Date(Date.UTC(year, number)) }
}

/** Returns the months between two dates, newest first, at most 100. */
export function monthsBetween(from: Date, until: Date): Month[] {
  const [year, month] = [until.getUTCFullYear(), until.getUTCMonth()]
  const apart = (year - from.getUTCFullYear()) * 12 + month - from.getUTCMonth()
  const length = Math.min(Math.max(apart, 0) + 1, 100)
  return Array.from({ length }, (_, back) => new Date(Date.UTC(year, month - back)).toISOString().slice(0, 7) as Month)
}

const nameOfMonth = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** `2026-11` is `November 2026`. */
export const monthName = (month: Month): string => nameOfMonth.format(monthBounds(month).from)

/** `-5n` in USD is `-0.05`: for a spreadsheet, without signs and separators that only people read. */
export function decimal(amountMinor: bigint, currency: string): string {
  const digits =
    new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  const magnitude = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0')
  const split = magnitude.length - digits
  const text = digits === 0 ? magnitude : `${magnitude.slice(0, split)}.${magnitude.slice(split)}`
  return amountMinor < 0n ? `-${text}` : text
}

/** A moment as spreadsheets read it, in UTC: `2026-11-25 09:30:00`. */
export const spreadsheetTime = (at: Date): string => at.toISOString().slice(0, 19).replace('T', ' ')

/** The characters that begin a formula, in every width and height that a spreadsheet takes for the same (Unicode NFKC). */
const FORMULA = /^[=+\-@\u2212]/

/**
 * Escapes a memo for a CSV cell, so that another user's text cannot become a spreadsheet formula (CWE-1236). It puts an
 * apostrophe before a formula character at the start and after a semicolon, at which many spreadsheets start a cell.
 * Blanks, invisible characters and quotes before that character are skipped.
 */
export const memoCell = (memo: string): string =>
  withoutDirectionControls(memo)
    .split(';')
    .map((part) => (FORMULA.test(firstVisible(part).normalize('NFKC')) ? `'${part}` : part))
    .join(';')

const firstVisible = (text: string): string => firstVisibleCharacter(text.replaceAll('"', '')) ?? ''
