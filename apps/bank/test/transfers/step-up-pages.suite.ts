import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { balanceOf, type Customer, newCustomer } from '../customer.js'
import { fieldsOf } from '../fields-of.js'
import { cookieOf, cookiesOf, sharedBank, type TestBank, withClaims } from '../support.js'
import { reviewForm, sendForm } from './forms.js'

let bank: TestBank
let customer: Customer
before(async () => {
  bank = await sharedBank()
  customer = await newCustomer(bank)
})

const review = (fields: Record<string, string>, cookie = stale()) => reviewForm(bank.app, fields, cookie)
const send = (fields: Record<string, string>, cookie = stale()) => sendForm(bank.app, fields, cookie)
const aged = (seconds: number) => withClaims(customer.token, { auth_time: Math.floor(Date.now() / 1000) - seconds })
const stale = () => cookieOf(aged(301))
const typed = (amount: string, to = 'retirement') => ({
  key: randomUUID(),
  from: customer.checking.id,
  to,
  number: '',
  amount,
  memo: 'by hand',
})

describe('a transfer by hand for which the password has to be typed', () => {
  test('asks for it on the review page, says why, and goes through with it', async () => {
    const reviewed = await review(typed('1,000.01'))
    assert.match(reviewed.body, /type="password"/)
    const account = `autocomplete="username" value="${customer.username}"`
    assert.ok(reviewed.body.includes(account), 'a password manager finds the account')
    assert.match(reviewed.body, /more than \$1,000\.00 to others and to retirement within an hour/)
    const sent = await send({ ...fieldsOf(reviewed.body), password: customer.password })
    assert.equal(sent.statusCode, 303, sent.body)
    assert.match(String(sent.headers.location), /^\/transfers\//)
    assert.ok(
      cookiesOf(sent).some((line) => line.startsWith('signet_token=ey')),
      'with a new auth_time',
    )
  })

  test('without it, or with a wrong one, moves nothing, keeps everything, and says so at the field', async () => {
    const before = await balanceOf(bank, customer)
    const fields = typed('1,000.01')
    for (const [password, status, says] of [
      ['', 403, /id="password-error">Enter your password/],
      ['not this one at all', 401, /id="password-error">The password is wrong/],
    ] as const) {
      const answer = await send({ ...fields, password })
      assert.equal(answer.statusCode, status)
      assert.match(answer.body, says)
      assert.deepEqual(fieldsOf(answer.body), fields)
      assert.ok(!password || !answer.body.includes(password))
      const back = /name="return_to" value="([^"]+)"/.exec(answer.body.slice(answer.body.indexOf('<footer')))?.[1]
      assert.equal(back, `/transfer/${fields.key}/review`, 'the theme switch leads back to the review')
    }
    assert.equal(await balanceOf(bank, customer), before)
  })

  test('asks for nothing when the password was typed a moment ago, or the money stays with the customer', async () => {
    assert.doesNotMatch((await review(typed('1,000.01', customer.savings.id))).body, /type="password"/)
    assert.doesNotMatch((await review(typed('1,000.01'), cookieOf(aged(200)))).body, /type="password"/)
  })

  test('asks for it when the transfers of the last hour have used up the limit', async () => {
    assert.doesNotMatch((await review(typed('600.00'))).body, /type="password"/)
    assert.equal((await send(typed('600.00'))).statusCode, 303)
    assert.match((await review(typed('400.01'))).body, /type="password"/)
    assert.doesNotMatch((await review(typed('400.00'))).body, /type="password"/)
  })
})
