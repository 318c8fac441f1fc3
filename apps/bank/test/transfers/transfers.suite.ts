import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { balanceOf, type Customer, newCustomer, type Ordered, placeOrder } from '../customer.js'
import { claimsOf, cookieOf, json, sharedBank, type TestBank, withClaims } from '../support.js'

let bank: TestBank
let me: Customer
let other: Customer
before(async () => {
  bank = await sharedBank()
  me = await newCustomer(bank)
  other = await newCustomer(bank)
})

const order = (body: object, { key, token = me.token, app = bank.app }: Ordered = {}) =>
  placeOrder(app, token, body, key)
const state = (id: string, token = me.token) =>
  bank.app.inject({ url: `/api/transfers/${id}`, headers: cookieOf(token) })

describe('a transfer', () => {
  test('between my accounts moves the money, and stands on both statements', async () => {
    const customer = await newCustomer(bank)
    const { token, checking, savings } = customer
    const answer = await order({ from: checking.id, to: savings.id, amount: 12_345, memo: 'rainy day' }, { token })
    assert.equal(answer.statusCode, 201, answer.body)
    const { data } = answer.json()
    assert.deepEqual(
      [data.status, data.kind, data.from, data.to, data.amount, data.memo],
      ['settled', 'own', checking.number, savings.number, 12_345, 'rainy day'],
    )
    assert.deepEqual([await balanceOf(bank, customer), await balanceOf(bank, customer, 'Savings')], [487_655, 12_345])
    for (const [account, amount] of [
      [checking, -12_345],
      [savings, 12_345],
    ] as const) {
      const url = `/api/accounts/${account.id}/entries`
      const [entry] = (await bank.app.inject({ url, headers: cookieOf(token) })).json().data.entries
      assert.deepEqual([entry.amount, entry.memo, entry.transferId], [amount, 'rainy day', data.id])
    }
    const now = (await state(data.id, token)).json().data
    assert.deepEqual([now.status, now.pendingSince, now.settledAt], ['settled', null, data.createdAt])
  })

  test('to another customer, by account number however it is typed, and both see it', async () => {
    const before = await balanceOf(bank, other)
    const spellings = [
      other.checking.number,
      other.checking.number.replaceAll('-', ' '),
      other.checking.number.replaceAll('-', ''),
    ]
    for (const to of [...spellings, other.checking.id]) {
      const answer = await order({ from: me.checking.id, to, amount: 1 })
      assert.deepEqual([answer.statusCode, answer.json().data?.kind], [201, 'customer'], to)
      assert.equal((await state(answer.json().data.id, other.token)).statusCode, 200)
      const stranger = await newCustomer(bank)
      assert.equal((await state(answer.json().data.id, stranger.token)).statusCode, 404)
    }
    assert.equal(await balanceOf(bank, other), before + 4)
  })

  test('to retirement is debited at once and pending while retirement does not answer', async () => {
    const before = await balanceOf(bank, me)
    const answer = await order({ from: me.checking.id, to: 'retirement', amount: 700, memo: 'later' })
    const { data } = answer.json()
    assert.deepEqual([answer.statusCode, data.status, data.to], [201, 'pending', 'retirement'])
    assert.equal(await balanceOf(bank, me), before - 700)
    const now = (await state(data.id)).json().data
    assert.deepEqual([now.status, now.pendingSince, now.settledAt], ['pending', data.createdAt, null])
  })
})

describe('an order that is refused moves nothing and takes no key', () => {
  const foreign = () => ({ from: other.checking.id, to: me.checking.id, amount: 1 })
  const mine = (change: object) => ({ from: me.checking.id, to: me.savings.id, amount: 1, ...change })
  const rows: ReadonlyArray<readonly [why: string, body: () => object, status: number, code: string]> = [
    ["somebody else's account as from", foreign, 404, 'not_found'],
    ['an unknown from', () => mine({ from: randomUUID() }), 404, 'not_found'],
    ['a from that is a number', () => mine({ from: me.checking.number }), 404, 'not_found'],
    ['an unknown to', () => mine({ to: randomUUID() }), 404, 'not_found'],
    ['an unknown number', () => mine({ to: '0000-0000-00' }), 404, 'not_found'],
    ['a to that is nothing', () => mine({ to: '' }), 404, 'not_found'],
    ['a to that is too long for an account', () => mine({ to: 'x'.repeat(1_000) }), 404, 'not_found'],
    ['a to that is SQL', () => mine({ to: "' OR 1=1 --" }), 404, 'not_found'],
    ['Retirement in capitals', () => mine({ to: 'RETIREMENT' }), 404, 'not_found'],
    ['the same account', () => mine({ to: me.checking.id }), 400, 'invalid_request'],
    ['the same account by its number', () => mine({ to: me.checking.number }), 400, 'invalid_request'],
    ['an amount of nothing', () => mine({ amount: 0 }), 400, 'invalid_request'],
    ['a negative amount', () => mine({ amount: -5 }), 400, 'invalid_request'],
    ['a fraction', () => mine({ amount: 1.5 }), 400, 'invalid_request'],
    ['an amount as text', () => mine({ amount: '1' }), 400, 'invalid_request'],
    ['an amount beyond exact numbers', () => mine({ amount: 2 ** 53 }), 400, 'invalid_request'],
    ['no amount', () => mine({ amount: undefined }), 400, 'invalid_request'],
    ['an amount of null', () => mine({ amount: null }), 400, 'invalid_request'],
    ['a memo of 141 characters', () => mine({ memo: 'x'.repeat(141) }), 400, 'invalid_request'],
    ['a memo with half a character', () => mine({ memo: 'a\ud800b' }), 400, 'invalid_request'],
    ['a memo with a NUL', () => mine({ memo: 'a\u0000b' }), 400, 'invalid_request'],
    ['a member that nobody knows', () => mine({ fee: 0 }), 400, 'invalid_request'],
    ['no to', () => mine({ to: undefined }), 400, 'invalid_request'],
    ['more than there is', () => mine({ amount: 90_000_000 }), 409, 'insufficient_funds'],
    [
      'more than may be sent without the password',
      () => mine({ to: other.checking.number, amount: 90_000_000 }),
      403,
      'reauthentication_required',
    ],
  ]
  const moneyOfBoth = async () => {
    const userId = { in: [me, other].map(({ token }) => String(claimsOf(token).sub)) }
    const accounts = await bank.db.account.findMany({ where: { userId }, orderBy: { id: 'asc' } })
    return [
      accounts.map(({ balanceMinor }) => balanceMinor),
      await bank.db.entry.count({ where: { account: { userId } } }),
    ]
  }
  for (const [why, body, status, code] of rows) {
    test(why, async () => {
      const key = randomUUID()
      const token = withClaims(me.token, { auth_time: Math.floor(Date.now() / 1000) - 301 })
      const before = await moneyOfBoth()
      const answer = await order(body(), { key, token })
      assert.deepEqual([answer.statusCode, answer.json().code], [status, code], answer.body)
      assert.deepEqual(await moneyOfBoth(), before)
      assert.equal((await order(mine({}), { key })).statusCode, 201, 'the key is free')
    })
  }

  test('more than there is: 409, to the last cent', async () => {
    const customer = await newCustomer(bank)
    const { token, checking, savings } = customer
    const key = randomUUID()
    const tooMuch = await order({ from: checking.id, to: savings.id, amount: 500_001 }, { token, key })
    assert.deepEqual([tooMuch.statusCode, tooMuch.json().code], [409, 'insufficient_funds'])
    const all = await order({ from: checking.id, to: savings.id, amount: 500_000 }, { token, key })
    assert.equal(all.statusCode, 201)
    assert.deepEqual([await balanceOf(bank, customer), await balanceOf(bank, customer, 'Savings')], [0, 500_000])
  })

  test('a memo of 140 characters, whatever the script, is taken', async () => {
    const memo = '𝔸'.repeat(140)
    const answer = await order({ from: me.checking.id, to: me.savings.id, amount: 1, memo })
    assert.deepEqual([answer.statusCode, answer.json().data?.memo], [201, memo])
  })

  test('without a sign-in it is 401', async () => {
    const headers = { ...json, 'idempotency-key': 'x' }
    const answer = await bank.app.inject({ method: 'POST', url: '/api/transfers', headers, payload: '{}' })
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_missing'])
  })
})

describe('many at once', () => {
  test('200 transfers that together exceed the balance: exactly as many as there is money for', async () => {
    const second = await sharedBank({})
    const customer = await newCustomer(bank)
    const { token, checking, savings } = customer
    const amount = 4_000
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        order({ from: checking.id, to: savings.id, amount }, { token, app: n % 2 ? bank.app : second.app }),
      ),
    )
    const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length
    assert.deepEqual([count(201), count(409), await balanceOf(bank, customer)], [125, 75, 0])
    assert.equal(await balanceOf(bank, customer, 'Savings'), 500_000)
  })

  test('in both directions and in a circle: none waits for another in a circle, and no cent is lost', async () => {
    const people = await Promise.all([newCustomer(bank), newCustomer(bank), newCustomer(bank)])
    const total = 1_500_000
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, n) => {
        const from = people[n % 3]
        const to = people[(n + (n % 2) + 1) % 3]
        assert.ok(from && to)
        return order({ from: from.checking.id, to: to.checking.number, amount: 100 + n }, { token: from.token })
      }),
    )
    assert.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [201])
    const balances = await Promise.all(people.map((person) => balanceOf(bank, person)))
    assert.equal(
      balances.reduce((sum, balance) => sum + balance, 0),
      total,
    )
  })
})

describe('somebody who looks for transfers', () => {
  test('finds their own alone, and no opening balance', async () => {
    const opening = await bank.db.transfer.findFirstOrThrow({ where: { toAccountId: me.checking.id, kind: 'opening' } })
    for (const id of [opening.id, randomUUID(), 'x', '1', '%00', 'x'.repeat(12_000), opening.id.toUpperCase()]) {
      const answer = await state(id)
      assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found'], id)
    }
  })
})

test('the whole ledger: every transfer sums to zero, every balance is the sum of its entries', async () => {
  const [transfers] = await bank.db.$queryRaw<{ wrong: number }[]>`
    SELECT count(*)::int AS wrong FROM (SELECT 1 FROM entries GROUP BY transfer_id HAVING sum(amount) <> 0) AS unbalanced`
  const [accounts] = await bank.db.$queryRaw<{ wrong: number }[]>`
    SELECT count(*)::int AS wrong FROM accounts
    WHERE balance <> coalesce((SELECT sum(amount) FROM entries WHERE account_id = accounts.id), 0)`
  const [chains] = await bank.db.$queryRaw<{ wrong: number }[]>`
    SELECT count(*)::int AS wrong FROM (
      SELECT balance - amount AS before, at, coalesce(lag(balance) OVER own, 0) AS last, lag(at) OVER own AS last_at
      FROM entries WHERE account_id IS NOT NULL WINDOW own AS (PARTITION BY account_id ORDER BY id)) AS lines
    WHERE before <> last OR at < last_at`
  assert.deepEqual([transfers?.wrong, accounts?.wrong, chains?.wrong], [0, 0, 0])
})
