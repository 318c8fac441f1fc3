import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatMinor, MAX_MEMO_LENGTH } from '@signet/contracts'
import fc from 'fast-check'
import { BY_NUMBER, fundsProblem, prefilled, readForm } from '../../src/transfers/form-rules.js'
import {
  isIdempotencyKey,
  type Movement,
  needsPassword,
  orderHash,
  parseDestination,
  postingsOf,
  RETIREMENT,
} from '../../src/transfers/rules.js'

const digits = fc.stringMatching(/^[0-9]{10}$/)
const numberOf = (text: string) => `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`
const account = fc.record({ id: fc.uuid(), number: digits.map(numberOf), name: fc.string({ minLength: 1 }) })
const movement: fc.Arbitrary<Movement> = fc
  .record({
    from: account,
    other: account,
    kind: fc.constantFrom('own', 'customer', 'retirement'),
    amountMinor: fc.bigInt({ min: 1n, max: 2n ** 53n }),
    memo: fc.string({ maxLength: MAX_MEMO_LENGTH }),
  })
  .map(({ other, ...rest }) => (rest.kind === 'retirement' ? rest : { ...rest, to: other }))

describe('postings', () => {
  test('always sum to zero, and take exactly the amount from where it leaves', () => {
    fc.assert(
      fc.property(movement, (order) => {
        const postings = postingsOf(order)
        assert.equal(
          postings.reduce((sum, { amount }) => sum + amount, 0n),
          0n,
        )
        const debited = postings.filter(({ amount }) => amount < 0n)
        assert.deepEqual(
          debited.map(({ accountId, amount }) => [accountId, amount]),
          [[order.from.id, -order.amountMinor]],
        )
        for (const { accountId, houseAccount, memo } of postings) {
          assert.notEqual(accountId === null, houseAccount === null)
          assert.notEqual(memo, '', 'a statement says something of every line')
        }
      }),
    )
  })

  test('come in the order of the accounts, whichever way the money goes', () => {
    fc.assert(
      fc.property(movement, (order) => {
        fc.pre(order.to !== undefined && order.to.id !== order.from.id)
        const ids = (postings: ReturnType<typeof postingsOf>) => postings.map(({ accountId }) => accountId)
        const there = ids(postingsOf(order))
        const back = ids(postingsOf({ ...order, from: order.to ?? order.from, to: order.from }))
        assert.deepEqual(there, back)
        assert.deepEqual(there, [...there].sort())
      }),
    )
  })
})

describe('orders', () => {
  const order = fc.record({
    from: fc.string(),
    to: fc.string(),
    amount: fc.integer({ min: 1 }),
    memo: fc.string(),
  })

  test('have one hash exactly when they are one order', () => {
    fc.assert(
      fc.property(order, order, (a, b) => {
        assert.equal(orderHash(a), orderHash({ ...a }))
        const same = a.from === b.from && a.to === b.to && a.amount === b.amount && a.memo === b.memo
        assert.equal(orderHash(a) === orderHash(b), same)
      }),
    )
    const pair = { amount: 1, memo: '' }
    assert.notEqual(orderHash({ ...pair, from: 'a', to: 'bc' }), orderHash({ ...pair, from: 'ab', to: 'c' }))
  })

  test('name a destination by id, by number in any grouping, or retirement; nothing else', () => {
    fc.assert(
      fc.property(fc.uuid(), digits, fc.constantFrom('', ' ', '-'), (id, ten, gap) => {
        assert.deepEqual(parseDestination(id), { id })
        const typed = [ten.slice(0, 4), ten.slice(4, 8), ten.slice(8)].join(gap)
        assert.deepEqual(parseDestination(` ${typed} `), { number: numberOf(ten) })
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(text.replace(/\D/g, '').length !== 10 && text !== RETIREMENT)
        assert.equal(parseDestination(text), undefined)
      }),
    )
    for (const typed of [
      '4821\u20130937\u201355',
      '4821\u22120937\u221255',
      '4821 - 0937 - 55',
      '48\u202f21\u00a009 37 55',
      '\u200b4821-0937-55\u200e',
      '４８２１－０９３７－５５',
      '48210937-55\u2060',
    ])
      assert.deepEqual(parseDestination(typed), { number: '4821-0937-55' }, typed)
    for (const typed of ['4821.0937.55', '4821_0937_55', '-4821093755', '4821093755x', '٤٨٢١٠٩٣٧٥٥', '482109375⁵'])
      assert.equal(parseDestination(typed), undefined, typed)
  })

  test('take a key of 1 to 200 printable ASCII characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 220 }), (text) => {
        const printable = [...text].every((character) => character >= ' ' && character <= '~')
        assert.equal(isIdempotencyKey(text), printable && text.length >= 1 && text.length <= 200)
      }),
    )
  })

  test('want the password again above the limit, from the second after five minutes on, and never with a limit of 0', () => {
    const at = (amount: number, limit: number, ageSeconds: number) =>
      needsPassword(amount, limit, { authTimeSeconds: 1_000, nowSeconds: 1_000 + ageSeconds })
    assert.deepEqual(
      [at(101, 100, 300), at(101, 100, 301), at(100, 100, 999), at(10 ** 9, 0, 10 ** 9)],
      [false, true, false, false],
    )
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.nat(), (amount, more, limit, age) => {
        if (at(amount, limit, age)) assert.ok(at(amount + more, limit, age + more), 'more and later never want it less')
      }),
    )
  })
})

describe('the form', () => {
  const checking = { id: '11111111-1111-4111-8111-111111111111', name: 'Checking', number: '1111-1111-11' }
  const savings = { id: '22222222-2222-4222-8222-222222222222', name: 'Savings', number: '2222-2222-22' }
  const accounts = [
    { ...checking, currency: 'USD', balance: 500_000n },
    { ...savings, currency: 'USD', balance: 0n },
  ]
  const form = { from: checking.id, to: savings.id, number: '', amount: '12.50', memo: '' }

  test('an amount that is no amount gets a sentence that says why', () => {
    for (const [amount, says] of [
      ['\u20135', 'Type an amount above zero, without a sign.'],
      ['-5', 'Type an amount above zero, without a sign.'],
      ['0.00', 'Type an amount above zero, without a sign.'],
      ['12,50', 'Use a point before the cents, for example 12.50.'],
      ['€5', 'Type an amount in dollars and cents, for example 12.50.'],
      ['ten', 'Type an amount in dollars and cents, for example 12.50.'],
    ])
      assert.equal(readForm({ ...form, amount: String(amount) }, accounts).problems?.amount, says, amount)
    assert.equal(readForm({ ...form, amount: '.50' }, accounts).problems, undefined)
  })

  test('whatever was typed either becomes an order of that much, or says at a field what is wrong', () => {
    const typed = fc.record({
      from: fc.constantFrom(checking.id, savings.id, '', 'x'),
      to: fc.constantFrom(checking.id, savings.id, RETIREMENT, BY_NUMBER, '', 'x'),
      number: fc.oneof(digits, fc.constantFrom('', checking.number, savings.id, RETIREMENT), fc.string()),
      amount: fc.oneof(
        fc.string(),
        fc.integer({ min: -5, max: 10 ** 9 }).map((cents) => formatMinor(cents, 'USD')),
      ),
      memo: fc.string({ maxLength: 200 }),
    })
    fc.assert(
      fc.property(typed, (fields) => {
        const read = readForm(fields, accounts)
        if (read.problems) {
          assert.ok(Object.keys(read.problems).length > 0)
          return
        }
        const { order } = read
        assert.ok(Number.isSafeInteger(order.amount) && order.amount > 0)
        assert.ok(accounts.some(({ id }) => id === order.from) && parseDestination(order.to) !== undefined)
        assert.notEqual(order.to, order.from)
        if (fields.to === BY_NUMBER) assert.ok(order.to !== RETIREMENT && order.to.length < 30)
      }),
    )
  })

  test('sends what was typed as money, to the cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (amountMinor) => {
        const read = readForm({ ...form, amount: formatMinor(amountMinor, 'USD') }, accounts)
        assert.equal(read.problems, undefined)
        assert.equal(read.problems ? 0 : read.order.amount, amountMinor)
      }),
    )
  })

  test('says beforehand when there is not enough', () => {
    const order = (amount: number) => ({ from: checking.id, to: RETIREMENT, amount, memo: '' })
    assert.equal(fundsProblem(order(500_000), accounts), undefined)
    assert.deepEqual(fundsProblem(order(500_001), accounts), { amount: 'Checking has $5,000.00.' })
  })

  test('is filled in by a link, and by no part of a link that makes no sense', () => {
    assert.deepEqual(prefilled({ to: 'retirement', amount: '250.00', memo: 'Extra' }, accounts), {
      from: checking.id,
      to: RETIREMENT,
      number: '',
      amount: '250.00',
      memo: 'Extra',
    })
    assert.equal(prefilled({ to: checking.id }, accounts).from, savings.id, 'not from where it goes')
    assert.deepEqual(prefilled({ to: '1234-5678-90' }, accounts), {
      ...prefilled({}, accounts),
      to: BY_NUMBER,
      number: '1234-5678-90',
    })
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('from', 'to', 'number', 'amount', 'memo'), fc.anything()), (query) => {
        const { from, ...rest } = prefilled(query, accounts)
        assert.ok(accounts.some(({ id }) => id === from))
        for (const value of Object.values(rest)) assert.ok([...value].length <= MAX_MEMO_LENGTH)
      }),
    )
  })
})
