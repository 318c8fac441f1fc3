import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatMinor, MAX_MEMO_LENGTH } from '@signet/contracts'
import fc from 'fast-check'
import { BY_NUMBER, fundsProblem, prefilled, readForm } from '../../src/transfers/form-rules.js'
import {
  type AcceptedRequest,
  entryMemos,
  isIdempotencyKey,
  kindOf,
  needsConfirmation,
  parseDestination,
  RETIREMENT,
  requestHash,
  type TransferKind,
} from '../../src/transfers/rules.js'

const digits = fc.stringMatching(/^[0-9]{10}$/)
const numberOf = (text: string) => `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`
const account = fc.record({ id: fc.uuid(), number: digits.map(numberOf), name: fc.string({ minLength: 1 }) })
const accepted: fc.Arbitrary<AcceptedRequest> = fc
  .record({
    from: account,
    other: account,
    kind: fc.constantFrom('own', 'customer', 'retirement'),
    amountMinor: fc.bigInt({ min: 1n, max: 2n ** 53n }),
    memo: fc.string({ maxLength: MAX_MEMO_LENGTH }),
  })
  .map(({ other, ...rest }) => ({ ...rest, to: rest.kind === 'retirement' ? null : other }))

describe('the memos of ledger entries', () => {
  test('are what the customer wrote, or say where the money went and where it came from', () => {
    fc.assert(
      fc.property(accepted, (request) => {
        const { debitMemo, creditMemo } = entryMemos(request)
        if (request.memo !== '') assert.deepEqual([debitMemo, creditMemo], [request.memo, request.memo])
        assert.ok(debitMemo !== '' && creditMemo !== '', 'a statement says something of every line')
      }),
    )
  })
})

describe('transfer requests', () => {
  const request = fc.record({
    from: fc.string(),
    to: fc.string(),
    amountMinor: fc.integer({ min: 1 }),
    memo: fc.string(),
  })

  test('have one hash exactly when they are one request', () => {
    fc.assert(
      fc.property(request, request, (a, b) => {
        assert.equal(requestHash(a), requestHash({ ...a }))
        const same = a.from === b.from && a.to === b.to && a.amountMinor === b.amountMinor && a.memo === b.memo
        assert.equal(requestHash(a) === requestHash(b), same)
      }),
    )
    const pair = { amountMinor: 1, memo: '' }
    assert.notEqual(requestHash({ ...pair, from: 'a', to: 'bc' }), requestHash({ ...pair, from: 'ab', to: 'c' }))
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

  test('need the password when they and the hour before them exceed the limit, unless it is recent, or the money stays with the customer', () => {
    const request = { kind: 'customer' as TransferKind, confirmed: false, limitMinor: 100 }
    const at = (amountMinor: bigint, sentMinor: bigint, change = {}) =>
      needsConfirmation({ ...request, amountMinor, sentMinor, ...change })
    assert.deepEqual([at(100n, 0n), at(101n, 0n), at(40n, 60n), at(41n, 60n)], [false, true, false, true])
    assert.deepEqual([at(1n, 100n), at(1n, 100n, { kind: 'retirement' })], [true, true])
    for (const change of [{ kind: 'own' }, { confirmed: true }, { limitMinor: 0 }]) {
      assert.equal(at(10n ** 12n, 10n ** 12n, change), false)
    }
  })

  test('are of the kind that the receiving account says', () => {
    assert.deepEqual(
      [kindOf('me', null), kindOf('me', { userId: 'me' }), kindOf('me', { userId: 'other' })],
      ['retirement', 'own', 'customer'],
    )
  })
})

describe('the form', () => {
  const checking = { id: '11111111-1111-4111-8111-111111111111', name: 'Checking', number: '1111-1111-11' }
  const savings = { id: '22222222-2222-4222-8222-222222222222', name: 'Savings', number: '2222-2222-22' }
  const accounts = [
    { ...checking, currency: 'USD', balanceMinor: 500_000n },
    { ...savings, currency: 'USD', balanceMinor: 0n },
  ]
  const form = { from: checking.id, to: savings.id, number: '', amount: '12.50', memo: '' }

  test('an amount that is no amount gets a sentence that says why', () => {
    for (const [amount, says] of [
      ['\u20135', 'Enter an amount above zero, without a sign.'],
      ['-5', 'Enter an amount above zero, without a sign.'],
      ['0.00', 'Enter an amount above zero, without a sign.'],
      ['12,50', 'Use a point before the cents, for example 12.50.'],
      ['€5', 'Enter an amount in dollars and cents, for example 12.50.'],
      ['ten', 'Enter an amount in dollars and cents, for example 12.50.'],
    ])
      assert.equal(readForm({ ...form, amount: String(amount) }, accounts).problems?.amount, says, amount)
    assert.equal(readForm({ ...form, amount: '.50' }, accounts).problems, undefined)
  })

  test('whatever was typed either becomes a request of that much, or says at a field what is wrong', () => {
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
        const { request } = read
        assert.ok(Number.isSafeInteger(request.amountMinor) && request.amountMinor > 0)
        assert.ok(accounts.some(({ id }) => id === request.from) && parseDestination(request.to) !== undefined)
        assert.notEqual(request.to, request.from)
        if (fields.to === BY_NUMBER) assert.ok(request.to !== RETIREMENT && request.to.length < 30)
      }),
    )
  })

  test('sends what was typed as money, to the cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (amountMinor) => {
        const read = readForm({ ...form, amount: formatMinor(amountMinor, 'USD') }, accounts)
        assert.equal(read.problems, undefined)
        assert.equal(read.problems ? 0 : read.request.amountMinor, amountMinor)
      }),
    )
  })

  test('says beforehand when there is not enough', () => {
    const request = (amountMinor: number) => ({ from: checking.id, to: RETIREMENT, amountMinor, memo: '' })
    assert.equal(fundsProblem(request(500_000), accounts), undefined)
    assert.deepEqual(fundsProblem(request(500_001), accounts), { amount: 'Checking has $5,000.00.' })
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
