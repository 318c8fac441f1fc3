import { plainNumber } from './plain-number.js'

// Amounts are integers in minor units (cents) in storage, messages and arithmetic. Only pages convert them to text.

/** The currency of both services, ISO 4217. */
export const USD = 'USD'

/** Returns whether a value is an integer that JSON and JavaScript represent exactly. Does *not* check the sign. */
export function isMinorAmount(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** Returns whether a value can be transferred: an exact integer of at least one minor unit. */
export function isPositiveMinorAmount(value: unknown): value is number {
  return isMinorAmount(value) && value > 0
}

/**
 * Formats an amount in minor units: `formatMinor(123456, 'USD')` is `"$1,234.56"`, `formatMinor(-5n, 'USD')` is `"−$0.05"`.
 *
 * The sign is U+2212 MINUS SIGN: it is as wide as a digit, and screen readers say "minus". Throws a TypeError for a number
 * that is not an exact integer.
 */
export function formatMinor(amountMinor: number | bigint, currency: string): string {
  if (typeof amountMinor === 'number' && !isMinorAmount(amountMinor)) {
    throw new TypeError(`An amount must be an integer in minor units, not ${amountMinor}`)
  }
  const { format, digits } = formatterFor(currency)
  const amount = BigInt(amountMinor)
  const magnitude = (amount < 0n ? -amount : amount).toString().padStart(digits + 1, '0')
  const whole = magnitude.slice(0, magnitude.length - digits)
  const fraction = magnitude.slice(magnitude.length - digits)
  // Formatted in parts, because a number cannot hold a decimal of 17 digits exactly.
  const text = format
    .formatToParts(BigInt(whole))
    .map((part) => (part.type === 'fraction' ? fraction : part.value))
    .join('')
  return amount < 0n ? `\u2212${text}` : text
}

/** Whole units, optionally grouped by one kind of separator, and a fraction. At least one of the two is present. */
const AMOUNT = /^(?:\$ ?)?(?=\.?\d)(\d{1,3}(?:([, ])\d{3})(?:\2\d{3})*|\d*)(?:\.(\d*))?(?: ?\$)?$/

/**
 * Parses a typed amount and returns minor units: `"1,234.5"`, `"$12"`, `".50"` are 123450, 1200 and 50 in USD.
 *
 * Returns undefined for anything else: a minus, a decimal comma, a third decimal, more than a number holds exactly.
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
