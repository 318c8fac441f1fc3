import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Customer, newCustomer, placeOrder } from '../customer.js'
import { cookieOf, sharedBank, type TestBank } from '../support.js'

let bank: TestBank
let customer: Customer
before(async () => {
  bank = await sharedBank()
  customer = await newCustomer(bank)
})

const get = (url: string) => bank.app.inject({ url, headers: cookieOf(customer.token) })
const transfer = (amount: number, memo: string) => {
  const { token, checking, savings } = customer
  return placeOrder(bank.app, token, { from: checking.id, to: savings.id, amount, memo })
}

describe('a search among entries', () => {
  const found = async (q: string) =>
    (await get(`/api/accounts/${customer.checking.id}/entries?q=${encodeURIComponent(q)}`)).json().data.entries as {
      memo: string
      amount: number
    }[]

  test('finds text in any case, and amounts with or without a sign', async () => {
    await transfer(777, 'Birthday_cake 100%')
    assert.deepEqual(
      (await found('birthday')).map(({ memo }) => memo),
      ['Birthday_cake 100%'],
    )
    assert.equal((await found('7.77')).length, 1)
    assert.equal((await found('-7.77')).length, 1)
    assert.equal((await found('+7.77')).length, 0)
    assert.equal((await found('Opening')).length, 1)
  })

  test('matches special characters of LIKE and SQL literally', async () => {
    assert.equal((await found('y_cake 100%')).length, 1)
    for (const q of ['%', '_', '\\', "' OR 1=1 --", 'Birthday%100']) {
      const entries = await found(q)
      assert.ok(
        entries.every(({ memo }) => memo.includes(q)),
        q,
      )
    }
  })

  test('is kept on the page, with a link to all entries', async () => {
    const { body } = await get(`/accounts/${customer.checking.id}?q=birthday`)
    assert.match(body, /Entries found for “birthday”/)
    assert.match(body, /Show all/)
    assert.match((await get(`/accounts/${customer.checking.id}?q=nothing-like-it`)).body, /We found no entries/)
  })
})

describe('a statement', () => {
  test('contains every entry once, oldest first, as CSV', async () => {
    await transfer(100, '=HYPERLINK("http://evil.example")')
    const answer = await get(`/accounts/${customer.checking.id}/statement.csv`)
    assert.equal(answer.statusCode, 200)
    assert.match(String(answer.headers['content-type']), /^text\/csv/)
    assert.match(
      String(answer.headers['content-disposition']),
      /^attachment; filename="signet-\d{4}-\d{4}-\d{2}\.csv"$/,
    )
    const lines = answer.body.trimEnd().split('\r\n')
    assert.equal(lines[0], '\ufeffDate (UTC),Memo,Amount,Balance,Currency,Entry,Transfer')
    assert.equal(lines.length - 1, await bank.db.entry.count({ where: { accountId: customer.checking.id } }))
    assert.match(lines[1] ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,Opening balance,5000\.00,5000\.00,USD,/)
    assert.ok(answer.body.includes(`"'=HYPERLINK(""http://evil.example"")"`))
  })

  test('of a month contains that month only', async () => {
    const month = new Date().toISOString().slice(0, 7)
    const [now, before] = await Promise.all(
      [month, '2020-01'].map((month) => get(`/accounts/${customer.checking.id}/statement.csv?month=${month}`)),
    )
    assert.ok((now?.body.split('\r\n').length ?? 0) > 2)
    assert.equal(before?.body.split('\r\n').length, 2)
    assert.equal((await get(`/accounts/${customer.checking.id}/statement.csv?month=2020-13`)).statusCode, 400)
  })

  test("of another user's account responds 404", async () => {
    const other = await bank.db.account.findFirstOrThrow({
      where: { id: { notIn: [customer.checking.id, customer.savings.id] } },
    })
    for (const id of [other.id, 'x']) assert.equal((await get(`/accounts/${id}/statement.csv`)).statusCode, 404)
  })
})
