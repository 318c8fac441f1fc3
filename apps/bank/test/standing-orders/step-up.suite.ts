import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { openBrowser } from '../browser.js'
import { type Customer, newCustomer, placeOrder } from '../customer.js'
import { fieldsOf } from '../fields-of.js'
import { passkeyOwner } from '../passkeys/owner.js'
import { cookieOf, jarOf, sharedBank, type TestBank, withClaims } from '../support.js'
import { postForm } from '../transfers/forms.js'
import { activeOrders, NEW, ORDERS, sendOrder, typedOrder } from './forms.js'

let bank: TestBank
let payee: Customer
before(async () => {
  bank = await sharedBank()
  payee = await newCustomer(bank)
})

const aged = ({ token }: Customer) => withClaims(token, { auth_time: Math.floor(Date.now() / 1000) - 301 })
const toPayee = (customer: Customer, changes: Record<string, string> = {}) =>
  typedOrder(customer, { to: 'number', number: payee.checking.number, ...changes })

describe('a standing order long after the sign-in', () => {
  test('wants the password for any amount to others and to retirement, so that many small ones are no way around the limit', async () => {
    const customer = await newCustomer(bank)
    const stale = cookieOf(aged(customer))
    for (const fields of [
      toPayee(customer, { amount: '0.01' }),
      toPayee(customer, { amount: '0.01', rhythm: 'weekly' }),
      typedOrder(customer, { amount: '0.01', to: 'retirement' }),
    ]) {
      const reviewed = await postForm(bank.app, NEW, fields, stale)
      assert.match(reviewed.body, /We ask for it before each standing order to others and to retirement/)
      for (const [password, status, says] of [
        ['', 403, /id="password-error">Enter your password/],
        ['not this one at all', 401, /id="password-error">The password is wrong/],
      ] as const) {
        const answer = await sendOrder(bank.app, { ...fields, password }, stale)
        assert.equal(answer.statusCode, status)
        assert.match(answer.body, says)
        assert.deepEqual(fieldsOf(answer.body), fields)
      }
    }
    assert.equal((await activeOrders(bank, customer)).length, 0)
    const { password } = customer
    assert.equal((await sendOrder(bank.app, { ...toPayee(customer), password }, stale)).statusCode, 303)
    assert.deepEqual(
      (await activeOrders(bank, customer)).map(({ confirmedBy }) => confirmedBy),
      ['password'],
    )
  })

  test('wants no password between own accounts, or where there is no limit', async () => {
    const customer = await newCustomer(bank)
    const own = typedOrder(customer, { amount: '4,000.00' })
    assert.doesNotMatch((await postForm(bank.app, NEW, own, cookieOf(aged(customer)))).body, /type="password"/)
    assert.equal((await sendOrder(bank.app, own, cookieOf(aged(customer)))).statusCode, 303)
    const unlimited = await sharedBank({ STEP_UP_LIMIT: '0' })
    assert.equal((await sendOrder(unlimited.app, toPayee(customer), cookieOf(aged(customer)))).statusCode, 303)
    assert.deepEqual(
      (await activeOrders(bank, customer)).map(({ confirmedBy }) => confirmedBy),
      [null, null],
    )
  })

  test('that was confirmed does not use up the limit of transfers', async () => {
    const customer = await newCustomer(bank)
    assert.equal((await sendOrder(bank.app, toPayee(customer), cookieOf(customer.token))).statusCode, 303)
    const transfer = { from: customer.checking.id, to: payee.checking.number, amount: 100_000 }
    assert.equal((await placeOrder(bank.app, aged(customer), transfer)).statusCode, 201)
  })
})

describe('a passkey', () => {
  test('confirms the order on the page alone: another rhythm, date or amount needs another signature', async () => {
    const { customer, browser, authenticator } = await passkeyOwner(bank)
    const stale = openBrowser(bank.app, new Map([...browser.jar, ...jarOf(aged(customer))]))
    const fields = toPayee(customer)
    const send = (changes: Record<string, string>) =>
      stale.send('POST', ORDERS, String(new URLSearchParams({ ...fields, ...changes })))
    const { body } = await stale.send('POST', NEW, String(new URLSearchParams(fields)))
    const part = /data-body="([^"]*)"/.exec(body)?.[1]?.replaceAll('&quot;', '"') ?? ''
    const sign = async () => {
      const options = await stale.send('POST', '/api/reauthenticate/passkey/options', JSON.parse(part))
      assert.equal(options.statusCode, 200, options.body)
      return JSON.stringify(authenticator.get(options.json().data))
    }
    for (const changes of [{ rhythm: 'weekly' }, { amount: '11.00' }, { key: crypto.randomUUID() }]) {
      const answer = await send({ ...changes, credential: await sign() })
      assert.equal(answer.statusCode, 403, JSON.stringify(changes))
      assert.match(answer.body, /Your passkey confirmed another/)
    }
    assert.equal((await activeOrders(bank, customer)).length, 0)
    assert.equal((await send({ credential: await sign() })).statusCode, 303)
    assert.deepEqual(
      (await activeOrders(bank, customer)).map(({ confirmedBy, rhythm }) => [confirmedBy, rhythm]),
      [['passkey', 'monthly']],
    )
    const again = await send({ rhythm: 'weekly' })
    assert.equal(again.statusCode, 403, 'the signature is used up')
  })
})
