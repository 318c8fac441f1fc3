import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { createBankDatabase } from '@signet/bank-database'
import { ownerUrlOf } from '@signet/testing'
import { type Customer, newCustomer, placeOrder } from '../customer.js'
import { claimsOf, cookieOf, json, login, sharedBank, type TestBank, withClaims } from '../support.js'

const LIMIT = 100_000

let bank: TestBank
let payee: Customer
before(async () => {
  bank = await sharedBank()
  payee = await newCustomer(bank)
})

/** The same token, as if the password had been typed more than five minutes ago. */
const stale = (token: string) => withClaims(token, { auth_time: Math.floor(Date.now() / 1000) - 301 })
const codeOf = (answer: { statusCode: number; json(): { code?: string } }) =>
  answer.statusCode === 201 ? 201 : answer.json().code
const NEEDED = 'reauthentication_required'

/** Sends without a recent password; by default to another customer. */
async function send(customer: Customer, amount: number, change: { to?: string; from?: string; key?: string } = {}) {
  const { key, ...accounts } = change
  const body = { from: customer.checking.id, to: payee.checking.number, amount, ...accounts }
  return codeOf(await placeOrder(bank.app, stale(customer.token), body, key))
}

describe('without a password typed in the last five minutes', () => {
  test('one transfer may be as large as the limit, and no larger', async () => {
    const customer = await newCustomer(bank)
    assert.equal(await send(customer, LIMIT + 1), NEEDED)
    assert.equal(await send(customer, LIMIT), 201)
  })

  test('many transfers together may be as large as the limit, to others and to retirement, from all accounts', async () => {
    const customer = await newCustomer(bank)
    assert.equal(await send(customer, LIMIT, { to: customer.savings.id }), 201)
    assert.equal(await send(customer, 60_000), 201)
    assert.equal(await send(customer, 30_000, { to: 'retirement', from: customer.savings.id }), 201)
    assert.equal(await send(customer, 10_001), NEEDED)
    assert.equal(await send(customer, 10_001, { to: 'retirement', from: customer.savings.id }), NEEDED)
    assert.equal(await send(customer, 10_000, { to: 'retirement' }), 201)
    assert.equal(await send(customer, 1), NEEDED)
  })

  test('transfers between own accounts need no password, and do not count', async () => {
    const customer = await newCustomer(bank)
    assert.equal(await send(customer, 500_000, { to: customer.savings.id }), 201)
    assert.equal(await send(customer, 300_000, { to: customer.checking.number, from: customer.savings.id }), 201)
    assert.equal(await send(customer, LIMIT), 201)
    assert.equal(await send(customer, 1, { to: customer.savings.id }), 201)
  })

  test('neither a repeated nor a refused request counts', async () => {
    const customer = await newCustomer(bank)
    const key = randomUUID()
    for (let times = 0; times < 3; times += 1) assert.equal(await send(customer, 60_000, { key }), 201)
    assert.equal(await send(customer, 30_000, { from: customer.savings.id }), 'insufficient_funds')
    assert.equal(await send(customer, 30_000, { to: '0000-0000-00' }), 'not_found')
    assert.equal(await send(customer, 40_001), NEEDED)
    assert.equal(await send(customer, 40_000), 201)
    assert.equal(await send(customer, 60_000, { key }), 201, 'what was sent before is answered as before')
  })

  test('requests at once, from both accounts and at two replicas, send no more than the limit', async () => {
    const second = await sharedBank({})
    const customer = await newCustomer(bank)
    assert.equal(await send(customer, 250_000, { to: customer.savings.id }), 201)
    const token = stale(customer.token)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        placeOrder((n % 2 ? bank : second).app, token, {
          from: (n % 4 < 2 ? customer.checking : customer.savings).id,
          to: n % 3 ? payee.checking.number : 'retirement',
          amount: 30_000,
        }),
      ),
    )
    const codes = answers.map(codeOf)
    assert.equal(codes.filter((code) => code === 201).length, 3)
    assert.equal(codes.filter((code) => code === NEEDED).length, 37)
  })

  test('the limit is the customer\u2019s, in every session', async () => {
    const customer = await newCustomer(bank)
    assert.equal(await send(customer, LIMIT), 201)
    const again = await login(bank.app, { username: customer.username, password: customer.password })
    assert.equal(await send({ ...customer, token: String(again.json().data) }, 1), NEEDED)
    assert.equal(await send(await newCustomer(bank), LIMIT), 201, 'of one customer alone')
  })

  test('an hour later the same may be sent again', async () => {
    const customer = await newCustomer(bank)
    assert.equal(await send(customer, LIMIT), 201)
    await letPass(customer, 59)
    assert.equal(await send(customer, 1), NEEDED)
    await letPass(customer, 2)
    assert.equal(await send(customer, LIMIT), 201)
  })
})

describe('with a password typed in the last five minutes', () => {
  test('any amount goes through, and does not count', async () => {
    const customer = await newCustomer(bank)
    const body = { from: customer.checking.id, to: payee.checking.number, amount: 250_000 }
    assert.equal(codeOf(await placeOrder(bank.app, customer.token, body)), 201)
    assert.equal(await send(customer, LIMIT), 201)
    assert.equal(await send(customer, 1), NEEDED)
    assert.equal(codeOf(await placeOrder(bank.app, customer.token, { ...body, amount: 1_000 })), 201)
  })

  test('a refused request goes through under its key once the password has been typed again', async () => {
    const customer = await newCustomer(bank)
    const key = randomUUID()
    const body = { from: customer.checking.id, to: payee.checking.number, amount: LIMIT + 1 }
    const token = stale(customer.token)
    assert.equal(codeOf(await placeOrder(bank.app, token, body, key)), NEEDED)
    const again = await bank.app.inject({
      method: 'POST',
      url: '/api/reauthenticate',
      headers: { ...json, ...cookieOf(token) },
      payload: JSON.stringify({ password: customer.password }),
    })
    assert.equal(codeOf(await placeOrder(bank.app, String(again.json().data), body, key)), 201)
  })
})

test('a limit of 0 is none', async () => {
  const unlimited = await sharedBank({ STEP_UP_LIMIT: '0' })
  const customer = await newCustomer(bank)
  const body = { from: customer.checking.id, to: payee.checking.number, amount: 250_000 }
  for (let times = 0; times < 2; times += 1) {
    assert.equal(codeOf(await placeOrder(unlimited.app, stale(customer.token), body)), 201)
  }
})

/** Makes what a customer has sent older by some minutes. No history is ever changed but by the owner of the tables, without triggers. */
async function letPass(customer: Customer, minutes: number): Promise<void> {
  const owner = createBankDatabase(ownerUrlOf(bank.databaseUrl))
  const userId = String(claimsOf(customer.token).sub)
  await owner.$transaction([
    owner.$executeRaw`ALTER TABLE transfers DISABLE TRIGGER USER`,
    owner.$executeRaw`UPDATE transfers SET created_at = created_at - make_interval(mins => ${minutes}) WHERE user_id = ${userId}::uuid`,
    owner.$executeRaw`ALTER TABLE transfers ENABLE TRIGGER USER`,
  ])
  await owner.$disconnect()
}
