import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { pastWeeks } from '../../src/accounts/rules.js'
import { listBalances, listRecentEntries } from '../../src/accounts/store.js'
import { balanceOf, newCustomer, placeOrder } from '../customer.js'
import { ada, bankWithoutDemo, cookieOf, sharedBank, type TestBank, tokenOf } from '../support.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

const home = async (token: string, { app } = bank) => {
  const { statusCode, body } = await app.inject({ url: '/', headers: cookieOf(token) })
  assert.equal(statusCode, 200)
  return body
}

const recentOf = (html: string): string => html.slice(html.indexOf('id="recent"'))

describe('the line of an account', () => {
  test('has the balance of each week, as the entries sum up to it', async () => {
    const now = new Date()
    const weeks = pastWeeks(now)
    const balances = await listBalances(bank.db, ada.id, weeks)
    const accounts = await bank.db.account.findMany({ where: { userId: ada.id } })
    assert.deepEqual(new Set(balances.map(({ accountId }) => accountId)), new Set(accounts.map(({ id }) => id)))
    for (const { accountId, at, balanceMinor } of balances) {
      const { _sum } = await bank.db.entry.aggregate({
        where: { accountId, at: { lt: at } },
        _sum: { amountMinor: true },
      })
      assert.equal(balanceMinor, _sum.amountMinor, `${accountId} at ${at.toISOString()}`)
    }
    assert.ok(balances.length > 90, `${balances.length} of ${2 * weeks.length} weeks`)
    assert.deepEqual(
      balances,
      balances.toSorted((one, other) => one.at.getTime() - other.at.getTime()),
    )
  })

  test('is an image with its first and last value in words', async () => {
    const html = await home(await tokenOf(bank.app))
    const money = String.raw`\$[\d,]+\.\d\d`
    for (const name of ['Checking', 'Savings']) {
      assert.match(
        html,
        new RegExp(
          `role="img" aria-label="Balance of ${name}: ${money} at first, ${money} now, between ${money} and ${money}"`,
        ),
      )
    }
  })
})

describe('the recent entries', () => {
  test('are the latest five across the user’s accounts, newest first, and no other user’s', async () => {
    const [customer, other] = [await newCustomer(bank), await newCustomer(bank)]
    const [from, to] = [customer.checking.id, customer.savings.id]
    for (const memo of ['first', 'second', 'third'])
      assert.equal((await placeOrder(bank.app, customer.token, { from, to, amount: 100, memo })).statusCode, 201)
    const foreign = { from: other.checking.id, to: other.savings.id, amount: 100, memo: 'not yours' }
    assert.equal((await placeOrder(bank.app, other.token, foreign)).statusCode, 201)

    const recent = recentOf(await home(customer.token))
    assert.deepEqual(
      [...recent.matchAll(/<bdi>(\w+)<\/bdi>/g)].map(([, memo]) => memo),
      ['third', 'third', 'second', 'second', 'first'],
    )
    assert.ok(!recent.includes('not yours'))
    const { userId } = await bank.db.account.findUniqueOrThrow({ where: { id: from } })
    const entries = await listRecentEntries(bank.db, userId)
    assert.deepEqual(new Set(entries.map(({ account }) => account)), new Set(['Checking', 'Savings']))
    assert.equal(await balanceOf(bank, customer), 499_700)
  })
})

describe('a new customer', () => {
  test('is led to a first transfer between the accounts', async () => {
    const { token, savings } = await newCustomer(bank)
    const html = await home(token)
    assert.ok(html.includes(`<a href="/transfer?to=${savings.id}">Move money here</a>`))
    assert.equal(html.match(/Move money here/g)?.length, 1)
    assert.match(html, /Your balance over time appears here after a week\./)
  })

  test('without money learns the account number and is led to the other app', async () => {
    const empty = await bankWithoutDemo()
    const { token, checking } = await newCustomer(empty)
    const recent = recentOf(await home(token, empty))
    assert.ok(recent.includes(`Give your account number ${checking.number} to your employer`))
    assert.match(recent, /<a href="http:\/\/retirement\.[^"]+">try a projection of your pension<\/a>/)
    assert.doesNotMatch(recent, /<table|Move money here/)
  })
})
