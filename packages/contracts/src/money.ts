import { plainNumber } from './typed-number.js'

// Money is an integer count of minor units (cents) wherever it is stored, sent or added up. It becomes text at the edge.

/** The one currency of both services, ISO 4217. */
export const USD = 'USD'

/** True for an integer that JSON and JavaScript carry exactly. Its sign is not checked. */
export function isMinorAmount(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** True for an amount that may be moved: an exact integer of at least one minor unit. */
export function isPositiveMinorAmount(value: unknown): value is number {
  return isMinorAmount(value) && value > 0
}

/**
 * `formatMinor(123456, 'USD')` is `"$1,234.56"`, `formatMinor(-5n, 'USD')` is `"−$0.05"`.
 *
 * The sign is U+2212 MINUS SIGN: as wide as a digit, and read aloud as "minus", which a hyphen is not.
 * Throws a TypeError for a number that is not an exact integer: it has lost money already.
 */
export function formatMinor(amountMinor: number | bigint, currency: string): string {
  if (typeof amountMinor === 'number' && !isMinorAmount(amountMinor)) {
    throw new TypeError(`An amount is an integer of minor units, not ${amountMinor}`)
  }
  const { format, digits } = formatterFor(currency)
  const amount = BigInt(amountMinor)
  const magnitude = (amount < 0n ? -amount : amount).toString().padStart(digits + 1, '0')
  const whole = magnitude.slice(0, magnitude.length - digits)
  const fraction = magnitude.slice(magnitude.length - digits)
  // Formatted part by part, because a decimal of 17 digits would not survive being a number.
  const text = format
    .formatToParts(BigInt(whole))
    .map((part) => (part.type === 'fraction' ? fraction : part.value))
    .join('')
  return amount < 0n ? `\u2212${text}` : text
}

/** Dollars, in groups of three by one kind of separator or in none, then cents: either may be left out, not both. */
const AMOUNT = /^(?:\$ ?)?(?=\.?\d)(\d{1,3}(?:([, ])\d{3})(?:\2\d{3})*|\d*)(?:\.(\d*))?(?: ?\$)?$/

/**
 * Reads what a person types into an amount field: `"1,234.5"`, `"$12"`, `".50"` are 123450, 1200 and 50 in USD.
 * Undefined for anything else: a minus, a decimal comma, a third decimal, more than a number holds exactly.
 */
export function parseMinor(text: string, currency: string): number | undefined {
  const match = AMOUNT.exec(plainNumber(text))
  if (!match) return undefined
  const { digits } = formatterFor(currency)
  const [, whole = '', , fraction = ''] = match
  if (fraction.length > digits) return undefined
  const amountMinor = Number(whole.replace(/[, ]/g, '') + fraction.padEnd(digits, '0'))
  return isMinorAmount(amountMinor) ? amountMinor : undefined
}

const formatters = new Map<string, { format: Intl.NumberFormat; digits: number }>()

function formatterFor(currency: string): { format: Intl.NumberFormat; digits: number } {
  let formatter = formatters.get(currency)
  if (!formatter) {
    const format = new Intl.NumberFormat('en-US', { style: 'currency', currency })
    formatter = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 }
    formatters.set(currency, formatter)
  }
  return formatter
}
