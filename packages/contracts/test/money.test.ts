import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMinor, isMinorAmount, isPositiveMinorAmount, parseMinor, USD } from '../src/index.js'

for (const [amountMinor, text] of [
  [0, '$0.00'],
  [5, '$0.05'],
  [123456, '$1,234.56'],
  [-123456, '\u2212$1,234.56'],
  [-1n, '\u2212$0.01'],
  [9007199254740993n, '$90,071,992,547,409.93'],
] as const) {
  test(`${amountMinor} minor units are formatted as ${text}`, () => assert.equal(formatMinor(amountMinor, USD), text))
}

test('a currency without minor units has no decimals', () => assert.equal(formatMinor(1234, 'JPY'), '¥1,234'))

test('an inexact amount is refused, not rounded', () => {
  assert.throws(() => formatMinor(0.5, USD), TypeError)
  assert.throws(() => formatMinor(2 ** 53, USD), TypeError)
})

test('an amount is an exact integer, and positive for a transfer', () => {
  assert.deepEqual([0, -1, 1, 1.5, 2 ** 53, '1', null].map(isMinorAmount), [
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ])
  assert.deepEqual([0, -1, 1].map(isPositiveMinorAmount), [false, false, true])
})

for (const [typed, amountMinor] of [
  ['12', 1200],
  ['12.5', 1250],
  ['$1,234.56', 123456],
  [' 0.07 ', 7],
  ['0.1', 10],
  ['1,000.00', 100_000],
  ['0.01', 1],
  ['\t5\u00a0', 500],
  ['0', 0],
  ['007', 700],
  ['.50', 50],
  ['.5', 50],
  ['$.50', 50],
  ['12.', 1200],
  ['$12.', 1200],
  ['12 $', 1200],
  ['１２．５０', 1250],
  ['＄５', 500],
  ['\u200b12\u200e.5\ufeff', 1250],
  ['1\u202f234.50', 123_450],
  ['1\u2009234\u2009567', 123_456_700],
  ['1\u00a0234', 123_400],
  ['90,071,992,547,409.91', Number.MAX_SAFE_INTEGER],
] as const) {
  test(`"${typed}" is parsed as ${amountMinor} minor units`, () => assert.equal(parseMinor(typed, USD), amountMinor))
}

// No rounding, no dropped signs, only ASCII or full-width digits.
const NO_AMOUNT = [
  '',
  '.',
  '-1',
  '\u22121',
  '+1',
  '1.234',
  '1.005',
  '1,23',
  '1,000,00',
  '1.000,00',
  '1e3',
  '0x10',
  '12 34',
  '1,234 567',
  '1 2345',
  '12,5',
  '12,50',
  '\u20135',
  '5\u2013',
  '1\u20132',
  '1..5',
  '$',
  '$.',
  '.$',
  '10²',
  '½',
  '①',
  '€5',
  '£5',
]
const NO_AMOUNT_EITHER = ['90071992547409.92', '99999999999999999', '١', '٥', 'NaN', 'Infinity', '5 USD', '$$5']
for (const typed of [...NO_AMOUNT, ...NO_AMOUNT_EITHER]) {
  test(`"${typed}" is not an amount`, () => assert.equal(parseMinor(typed, USD), undefined))
}
