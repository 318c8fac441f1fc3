import { firstVisibleCharacter, withoutDirectionControls } from '@signet/contracts'

/** A month as `2026-11`. */
export type Month = `${number}-${string}`

export const isMonth = (text: string): text is Month => /^\d{4}-(0[1-9]|1[0-2])$/.test(text)

/** From the first moment of the month to the first of the next, in UTC. */
export function monthBounds(month: Month): { readonly from: Date; readonly until: Date } {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return { from: new Date(Date.UTC(year, number - 1)), until: new Date(Date.UTC(year, number)) }
}

/** The months from one moment to another, newest first, a hundred at most. */
export function monthsBetween(from: Date, until: Date): Month[] {
  const months: Month[] = []
  const month = new Date(Date.UTC(until.getUTCFullYear(), until.getUTCMonth()))
  while (
    months.length < 100 &&
    (months.length === 0 || month >= new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth())))
  ) {
    months.push(month.toISOString().slice(0, 7) as Month)
    month.setUTCMonth(month.getUTCMonth() - 1)
  }
  return months
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
 * A memo as a cell of a file that a spreadsheet opens. What another user wrote must not become a formula (CWE-1236): wherever
 * it could begin one, it gets an apostrophe. That is at its start and after a semicolon, where many a spreadsheet begins a
 * cell, whatever blanks, invisible characters and quotes stand before it.
 */
export const memoCell = (memo: string): string =>
  withoutDirectionControls(memo)
    .split(';')
    .map((part) => (FORMULA.test(firstVisible(part).normalize('NFKC')) ? `'${part}` : part))
    .join(';')

const firstVisible = (text: string): string => firstVisibleCharacter(text.replaceAll('"', '')) ?? ''
