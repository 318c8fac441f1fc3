import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  isoDate,
  nextDate,
  type OrderForm,
  orderNeedsConfirmation,
  type Rhythm,
  readOrderForm,
} from '../../src/standing-orders/rules.js'

/** The first dates of an order. */
function datesOf(first: string, rhythm: Rhythm, count: number): string[] {
  const firstOn = new Date(first)
  const dates = [firstOn]
  while (dates.length < count) dates.push(nextDate({ firstOn, rhythm }, dates.at(-1) ?? firstOn))
  return dates.map(isoDate)
}

describe('the dates of a standing order', () => {
  test('are on the same day of each month, or on the last day of a shorter one', () => {
    assert.deepEqual(datesOf('2027-12-31', 'monthly', 5), [
      '2027-12-31',
      '2028-01-31',
      '2028-02-29',
      '2028-03-31',
      '2028-04-30',
    ])
    assert.deepEqual(datesOf('2027-01-29', 'monthly', 3), ['2027-01-29', '2027-02-28', '2027-03-29'])
    assert.deepEqual(datesOf('2026-11-15', 'monthly', 3), ['2026-11-15', '2026-12-15', '2027-01-15'])
  })

  test('are seven days apart, across months, years and changes of summer time', () => {
    assert.deepEqual(datesOf('2026-12-24', 'weekly', 3), ['2026-12-24', '2026-12-31', '2027-01-07'])
    assert.deepEqual(datesOf('2027-03-21', 'weekly', 3), ['2027-03-21', '2027-03-28', '2027-04-04'])
  })
})

const OWN = { id: '0a0a0a0a-0000-4000-8000-000000000001', name: 'Checking', number: '1111-1111-11' }
const ACCOUNTS = [{ ...OWN, currency: 'USD', balanceMinor: 500_000n }]
const FORM: OrderForm = {
  from: OWN.id,
  to: 'retirement',
  number: '',
  amount: '12.50',
  memo: '',
  rhythm: 'monthly',
  first: '2026-11-30',
}
const read = (changes: Partial<OrderForm>, now = '2026-11-30T23:59:59.999Z') =>
  readOrderForm({ ...FORM, ...changes }, ACCOUNTS, new Date(now))

describe('the form of a standing order', () => {
  test('is read with its rhythm and its first date, from today for a year', () => {
    const { request: order } = read({})
    assert.ok(order)
    assert.deepEqual(
      [order.amountMinor, order.rhythm, order.firstOn.toISOString()],
      [1_250, 'monthly', '2026-11-30T00:00:00.000Z'],
    )
    assert.equal(read({ first: '2027-11-30', rhythm: 'weekly' }).problems, undefined)
  })

  test('names the dates that are possible', () => {
    for (const first of ['2026-11-29', '2027-12-01', '2027-02-31', '2027-2-1', '1.2.2027', 'tomorrow', '']) {
      assert.deepEqual(read({ first }).problems, { first: 'Enter a date from 2026-11-30 to 2027-11-30.' }, first)
    }
    assert.deepEqual(read({}, '2026-12-01T00:00:00Z').problems, {
      first: 'Enter a date from 2026-12-01 to 2027-12-01.',
    })
  })

  test('names every field that is wrong', () => {
    assert.deepEqual(Object.keys(read({ amount: '0', rhythm: 'daily', first: '' }).problems ?? {}), [
      'amount',
      'rhythm',
      'first',
    ])
  })
})

test('an order to others and to retirement needs a confirmation for any amount, and one between own accounts never does', () => {
  const order = { amountMinor: 1n, confirmed: false, limitMinor: 100_000 }
  assert.equal(orderNeedsConfirmation({ ...order, kind: 'customer' }), true)
  assert.equal(orderNeedsConfirmation({ ...order, kind: 'retirement' }), true)
  assert.equal(orderNeedsConfirmation({ ...order, kind: 'own', amountMinor: 900_000n }), false)
  assert.equal(orderNeedsConfirmation({ ...order, kind: 'customer', confirmed: true }), false)
  assert.equal(orderNeedsConfirmation({ ...order, kind: 'customer', limitMinor: 0 }), false)
})
