import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { balanceOf, type Customer, newCustomer, type Ordered, placeOrder } from '../customer.js'
import { sharedBank, type TestBank, withClaims } from '../support.js'

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

describe('an Idempotency-Key', () => {
  const once = () => ({ from: me.checking.id, to: me.savings.id, amount: 3, memo: 'once, “twice” 🪙' })

  test('is needed: 400 without, or when it is no printable ASCII of 1 to 200 characters', async () => {
    for (const key of [null, '', 'x'.repeat(201), 'é', 'a\tb']) {
      const answer = await order(once(), { key })
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'], String(key))
    }
    assert.equal((await order(once(), { key: `~ !${'x'.repeat(197)}` })).statusCode, 201)
  })

  test('with the same body moves the money once, and gives the same answer', async () => {
    for (const body of [once(), { ...once(), to: 'retirement' }]) {
      const key = randomUUID()
      const before = await balanceOf(bank, me)
      const first = await order(body, { key })
      const second = await order(body, { key })
      assert.deepEqual([first.statusCode, first.headers['idempotent-replayed']], [201, undefined])
      assert.deepEqual([second.statusCode, second.headers['idempotent-replayed']], [201, 'true'])
      assert.equal(second.body, first.body)
      assert.equal(await balanceOf(bank, me), before - 3)
    }
  })

  test('still gives the same answer when there would not be money, or a recent password, for it again', async () => {
    const { token, checking, savings } = await newCustomer(bank)
    const key = randomUUID()
    const body = { from: checking.id, to: savings.id, amount: 500_000 }
    const first = await order(body, { token, key })
    const stale = withClaims(token, { auth_time: Math.floor(Date.now() / 1000) - 301 })
    const second = await order(body, { token: stale, key })
    assert.deepEqual([second.statusCode, second.body], [201, first.body])
  })

  test('with another body is 422, whatever differs', async () => {
    const key = randomUUID()
    await order(once(), { key })
    const others = [
      { amount: 4 },
      { memo: 'twice' },
      { memo: undefined },
      { to: 'retirement' },
      { from: me.savings.id, to: me.checking.id },
    ]
    for (const change of others) {
      const answer = await order({ ...once(), ...change }, { key })
      assert.deepEqual([answer.statusCode, answer.json().code], [422, 'idempotency_key_reused'])
    }
  })

  test("is one person's: another may use the same", async () => {
    const key = randomUUID()
    const mine = await order(once(), { key })
    const theirs = await order(
      { from: other.checking.id, to: other.savings.id, amount: 3 },
      { key, token: other.token },
    )
    assert.deepEqual([mine.statusCode, theirs.statusCode], [201, 201])
    assert.notEqual(mine.json().data.id, theirs.json().data.id)
  })

  test('sent twenty times at once to two processes moves the money once', async () => {
    const second = await sharedBank({})
    const key = randomUUID()
    const before = await balanceOf(bank, me)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => order(once(), { key, app: n % 2 ? bank.app : second.app })),
    )
    assert.deepEqual([...new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`))].length, 1)
    assert.equal(answers[0]?.statusCode, 201, answers[0]?.body)
    assert.equal(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined).length, 1)
    assert.equal(await balanceOf(bank, me), before - 3)
  })
})
