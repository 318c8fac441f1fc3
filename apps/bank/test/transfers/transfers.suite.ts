import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { cookieOf, json, login, sharedBank, type TestBank, withClaims } from '../support.js'

interface Account {
  id: string
  name: string
  number: string
  balance: number
}
interface Customer {
  token: string
  checking: Account
  savings: Account
}

let bank: TestBank
let me: Customer
let other: Customer
before(async () => {
  bank = await sharedBank()
  me = await newCustomer()
  other = await newCustomer()
})

/** Somebody with 500000 in Checking and nothing in Savings. */
async function newCustomer(): Promise<Customer> {
  const username = `t-${randomUUID().slice(0, 8)}`
  const payload = JSON.stringify({ username, name: 'Test', password: 'a quiet place by the sea' })
  const answer = await bank.app.inject({ method: 'POST', url: '/api/register', headers: json, payload })
  const token = String(answer.json().data)
  const [checking, savings] = await accountsOf(token)
  assert.ok(checking && savings)
  return { token, checking, savings }
}
async function accountsOf(token: string): Promise<Account[]> {
  return (await bank.app.inject({ url: '/api/accounts', headers: cookieOf(token) })).json().data
}
const balanceOf = async ({ token }: Customer, name = 'Checking') =>
  (await accountsOf(token)).find((account) => account.name === name)?.balance

function order(body: object, { key = randomUUID() as string | null, token = me.token, app = bank.app } = {}) {
  const headers = { ...json, ...cookieOf(token), ...(key === null ? {} : { 'idempotency-key': key }) }
  return app.inject({ method: 'POST', url: '/api/transfers', headers, payload: JSON.stringify(body) })
}
const state = (id: string, token = me.token) =>
  bank.app.inject({ url: `/api/transfers/${id}`, headers: cookieOf(token) })

describe('a transfer', () => {
  test('between my accounts moves the money, and stands on both statements', async () => {
    const customer = await newCustomer()
    const { token, checking, savings } = customer
    const answer = await order({ from: checking.id, to: savings.id, amount: 12_345, memo: 'rainy day' }, { token })
    assert.equal(answer.statusCode, 201, answer.body)
    const { data } = answer.json()
    assert.deepEqual(
      [data.status, data.kind, data.from, data.to, data.amount, data.memo],
      ['settled', 'own', checking.number, savings.number, 12_345, 'rainy day'],
    )
    assert.deepEqual([await balanceOf(customer), await balanceOf(customer, 'Savings')], [487_655, 12_345])
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
    const before = await balanceOf(other)
    const spellings = [
      other.checking.number,
      other.checking.number.replaceAll('-', ' '),
      other.checking.number.replaceAll('-', ''),
    ]
    for (const to of [...spellings, other.checking.id]) {
      const answer = await order({ from: me.checking.id, to, amount: 1 })
      assert.deepEqual([answer.statusCode, answer.json().data?.kind], [201, 'customer'], to)
      assert.equal((await state(answer.json().data.id, other.token)).statusCode, 200)
      const stranger = await newCustomer()
      assert.equal((await state(answer.json().data.id, stranger.token)).statusCode, 404)
    }
    assert.equal(await balanceOf(other), (before ?? 0) + 4)
  })

  test('to retirement is debited at once and pending while retirement does not answer', async () => {
    const before = (await balanceOf(me)) ?? 0
    const answer = await order({ from: me.checking.id, to: 'retirement', amount: 700, memo: 'later' })
    const { data } = answer.json()
    assert.deepEqual([answer.statusCode, data.status, data.to], [201, 'pending', 'retirement'])
    assert.equal(await balanceOf(me), before - 700)
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
    ['more than there is', () => mine({ amount: 90_000_000 }), 403, 'reauthentication_required'],
  ]
  for (const [why, body, status, code] of rows) {
    test(why, async () => {
      const key = randomUUID()
      const token = withClaims(me.token, { auth_time: Math.floor(Date.now() / 1000) - 301 })
      const before = [await balanceOf(me), await balanceOf(me, 'Savings'), await bank.db.entry.count()]
      const answer = await order(body(), { key, token })
      assert.deepEqual([answer.statusCode, answer.json().code], [status, code], answer.body)
      assert.deepEqual([await balanceOf(me), await balanceOf(me, 'Savings'), await bank.db.entry.count()], before)
      assert.equal((await order(mine({}), { key })).statusCode, 201, 'the key is free')
    })
  }

  test('more than there is: 409, to the last cent', async () => {
    const customer = await newCustomer()
    const { token, checking, savings } = customer
    const key = randomUUID()
    const tooMuch = await order({ from: checking.id, to: savings.id, amount: 500_001 }, { token, key })
    assert.deepEqual([tooMuch.statusCode, tooMuch.json().code], [409, 'insufficient_funds'])
    const all = await order({ from: checking.id, to: savings.id, amount: 500_000 }, { token, key })
    assert.equal(all.statusCode, 201)
    assert.deepEqual([await balanceOf(customer), await balanceOf(customer, 'Savings')], [0, 500_000])
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
      const before = (await balanceOf(me)) ?? 0
      const first = await order(body, { key })
      const second = await order(body, { key })
      assert.deepEqual([first.statusCode, first.headers['idempotent-replayed']], [201, undefined])
      assert.deepEqual([second.statusCode, second.headers['idempotent-replayed']], [201, 'true'])
      assert.equal(second.body, first.body)
      assert.equal(await balanceOf(me), before - 3)
    }
  })

  test('still gives the same answer when there would not be money, or a recent password, for it again', async () => {
    const { token, checking, savings } = await newCustomer()
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
    const before = (await balanceOf(me)) ?? 0
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => order(once(), { key, app: n % 2 ? bank.app : second.app })),
    )
    assert.deepEqual([...new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`))].length, 1)
    assert.equal(answers[0]?.statusCode, 201, answers[0]?.body)
    assert.equal(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined).length, 1)
    assert.equal(await balanceOf(me), before - 3)
  })
})

describe('many at once', () => {
  test('200 transfers that together exceed the balance: exactly as many as there is money for', async () => {
    const second = await sharedBank({})
    const customer = await newCustomer()
    const { token, checking, savings } = customer
    const amount = 4_000
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        order({ from: checking.id, to: savings.id, amount }, { token, app: n % 2 ? bank.app : second.app }),
      ),
    )
    const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length
    assert.deepEqual([count(201), count(409), await balanceOf(customer)], [125, 75, 0])
    assert.equal(await balanceOf(customer, 'Savings'), 500_000)
  })

  test('in both directions and in a circle: none waits for another in a circle, and no cent is lost', async () => {
    const people = await Promise.all([newCustomer(), newCustomer(), newCustomer()])
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
    const balances = await Promise.all(people.map((person) => balanceOf(person)))
    assert.equal(
      balances.reduce<number>((sum, balance) => sum + (balance ?? 0), 0),
      total,
    )
  })
})

describe('a large transfer', () => {
  const amount = 100_001
  const stale = (token: string) => withClaims(token, { auth_time: Math.floor(Date.now() / 1000) - 301 })

  test('wants the password again when it was typed more than five minutes ago', async () => {
    const { token, checking, savings } = await newCustomer()
    const body = { from: checking.id, to: savings.id, amount }
    const refused = await order(body, { token: stale(token) })
    assert.deepEqual([refused.statusCode, refused.json().code], [403, 'reauthentication_required'])
    assert.equal((await order({ ...body, amount: 100_000 }, { token: stale(token) })).statusCode, 201)
    assert.equal((await order(body, { token })).statusCode, 201)
  })

  test('goes through once the password has been typed again', async () => {
    const username = `t-${randomUUID().slice(0, 8)}`
    const password = 'a quiet place by the sea'
    const payload = JSON.stringify({ username, name: 'Test', password })
    await bank.app.inject({ method: 'POST', url: '/api/register', headers: json, payload })
    const token = stale(String((await login(bank.app, { username, password })).json().data))
    const [checking, savings] = await accountsOf(token)
    const body = { from: checking?.id, to: savings?.id, amount }
    const key = randomUUID()
    assert.equal((await order(body, { token, key })).statusCode, 403)
    const again = await bank.app.inject({
      method: 'POST',
      url: '/api/reauthenticate',
      headers: { ...json, ...cookieOf(token) },
      payload: JSON.stringify({ password }),
    })
    assert.equal((await order(body, { token: String(again.json().data), key })).statusCode, 201)
  })

  test('wants nothing where the limit is 0', async () => {
    const unlimited = await sharedBank({ STEP_UP_LIMIT: '0' })
    const { token, checking, savings } = await newCustomer()
    const body = { from: checking.id, to: savings.id, amount: 500_000 }
    assert.equal((await order(body, { token: stale(token), app: unlimited.app })).statusCode, 201)
  })
})

describe('somebody who looks for transfers', () => {
  test('finds their own alone, and no opening balance', async () => {
    const opening = await bank.db.transfer.findFirstOrThrow({ where: { toAccountId: me.checking.id, kind: 'opening' } })
    for (const id of [opening.id, randomUUID(), 'x', '1', '%00', opening.id.toUpperCase()]) {
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
