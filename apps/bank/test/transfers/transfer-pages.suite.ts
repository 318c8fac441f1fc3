import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { balanceOf, type Customer, newCustomer } from '../customer.js'
import { fieldsOf } from '../fields-of.js'
import { cookieOf, cookiesOf, expired, form, RETIREMENT, sharedBank, type TestBank } from '../support.js'
import { reviewForm, sendForm } from './forms.js'

let bank: TestBank
let customer: Customer
/** Of the last sign-in or renewal. */
let token = ''
before(async () => {
  bank = await sharedBank()
  customer = await newCustomer(bank)
  token = customer.token
})

const get = (url: string, cookie = cookieOf(token)) => bank.app.inject({ url, headers: cookie })
const send = (fields: Record<string, string>, cookie = cookieOf(token)) => sendForm(bank.app, fields, cookie)
const review = (fields: Record<string, string>, cookie = cookieOf(token)) => reviewForm(bank.app, fields, cookie)
const typed = (change: Record<string, string> = {}): Record<string, string> => ({
  key: randomUUID(),
  from: customer.checking.id,
  to: customer.savings.id,
  number: '',
  amount: '10.00',
  memo: 'by hand',
  ...change,
})
const balance = () => balanceOf(bank, customer)

describe('the form of a transfer', () => {
  test('carries a key of its own each time it is shown', async () => {
    const keys = await Promise.all([get('/transfer'), get('/transfer')])
    const [one, two] = keys.map(({ body }) => /name="key" value="([^"]+)"/.exec(body)?.[1])
    assert.ok(one && two && one !== two)
  })

  test('is filled in by its address', async () => {
    const { body } = await get('/transfer?to=retirement&amount=250.00&memo=Extra')
    assert.match(body, /value="retirement" checked/)
    assert.match(body, /name="amount"[^>]*value="250\.00"|value="250\.00"[^>]*name="amount"/)
  })

  test('is filled in with all of a memo: what is too long is refused in words, and never cut', async () => {
    const memo = '🎉'.repeat(141)
    const { body } = await get(`/transfer?${new URLSearchParams({ memo })}`)
    assert.equal(fieldsOf(body).memo, memo)
    assert.doesNotMatch(body, /maxlength/)
  })

  test('shows what was typed as text, whatever it is', async () => {
    const { body } = await get(`/transfer?amount=${encodeURIComponent('"><script>alert(1)</script>')}`)
    assert.ok(!body.includes('<script>alert'))
  })

  const wrong: ReadonlyArray<readonly [why: string, change: Record<string, string>, says: RegExp]> = [
    ['an amount of words', { amount: 'ten' }, /id="amount-error">Enter an amount in dollars/],
    ['more than there is', { amount: '999,999.99' }, /id="amount-error">Checking has \$[\d,.]+\./],
    ['the account it comes from', { to: '' }, /id="to-error">Choose where/],
    ['half a number', { to: 'number', number: '1234' }, /id="number-error">An account number has ten digits/],
    ['a number of nobody', { to: 'number', number: '0000-0000-00' }, /id="number-error">No account has this number/],
    ['the number of the account itself', { to: 'number', number: 'own' }, /id="number-error">Choose another account/],
    ["somebody else's account", { from: randomUUID() }, /id="from-error">Choose one of your accounts/],
    ['a memo with a tab that was pasted', { memo: 'Rent\tMay' }, /id="memo-error">Remove tabs/],
    ['a memo of 141 characters', { memo: 'é'.repeat(141) }, /id="memo-error">Use at most 140 characters/],
    ['a page of text for an amount', { amount: '1'.repeat(600) }, /id="amount-error">Enter an amount/],
  ]
  for (const [why, change, says] of wrong) {
    test(`says beside the field what is wrong, and keeps what was typed: ${why}`, async () => {
      const fields = typed(change.number === 'own' ? { ...change, number: customer.checking.number } : change)
      const answer = await review(fields)
      assert.equal(answer.statusCode, 400)
      assert.match(answer.body, says)
      assert.match(answer.body, /role="alert"/)
      const kept = fieldsOf(answer.body)
      assert.deepEqual([kept.amount, kept.memo, kept.key], [fields.amount, fields.memo, fields.key])
    })
  }

  test('a browser that leaves out an unchosen destination is told to choose one', async () => {
    const { to: _, ...fields } = typed()
    assert.match((await review(fields)).body, /id="to-error"/)
  })
})

describe('a transfer by hand', () => {
  test('is reviewed before anything moves, then sent, then shown', async () => {
    const before = await balance()
    const reviewed = await review(typed())
    assert.equal(reviewed.statusCode, 200)
    assert.match(reviewed.body, /Nothing has been sent yet/)
    assert.equal(await balance(), before)
    const sent = await send(fieldsOf(reviewed.body))
    assert.equal(sent.statusCode, 303)
    assert.match(String(sent.headers.location), /^\/transfers\/[0-9a-f-]{36}$/)
    assert.equal(await balance(), before - 1_000)
    const receipt = await get(String(sent.headers.location))
    assert.match(receipt.body, /Settled/)
    assert.doesNotMatch(receipt.body, /transfer-state.js/, 'nothing to wait for, nothing to run')
  })

  test('sent twice by a double click, or again by a reload, pays once', async () => {
    const before = await balance()
    const fields = typed({ amount: '20.00' })
    const [one, two] = await Promise.all([send(fields), send(fields)])
    const three = await send(fields)
    assert.deepEqual([one.statusCode, two.statusCode, three.statusCode], [303, 303, 303])
    assert.equal(new Set([one, two, three].map(({ headers }) => headers.location)).size, 1)
    assert.equal(await balance(), before - 2_000)
  })

  test('sent again leads to its receipt even when it took all there was', async () => {
    const fields = { ...typed({ from: customer.savings.id, to: customer.checking.id }), amount: '20.00' }
    const all = await balanceOf(bank, customer, 'Savings')
    const most = { ...fields, amount: (all / 100).toFixed(2) }
    const first = await send(most)
    const again = await send(most)
    assert.deepEqual([first.statusCode, again.headers.location], [303, first.headers.location])
  })

  test('changed after it was sent is not sent again without a word', async () => {
    const before = await balance()
    const fields = typed({ amount: '1.00' })
    await send(fields)
    const changed = await send({ ...fields, amount: '2.00' })
    assert.equal(changed.statusCode, 422)
    assert.match(changed.body, /already sent another transfer with this form/)
    assert.notEqual(fieldsOf(changed.body).key, fields.key, 'the form can be sent now')
    assert.equal(await balance(), before - 100)
  })

  test('with money that is gone meanwhile says so at the amount', async () => {
    const answer = await send(typed({ amount: '999999.00' }), cookieOf(token))
    assert.equal(answer.statusCode, 409)
    assert.match(answer.body, /id="amount-error"/)
  })

  test('of a sign-in that has just expired is renewed in place, and nothing typed is lost', async () => {
    const before = await balance()
    const cookie = { cookie: `signet_token=${expired(token)}; ${customer.refresh}` }
    const sent = await send(typed({ amount: '3.00' }), cookie)
    assert.equal(sent.statusCode, 303)
    assert.match(String(sent.headers.location), /^\/transfers\//)
    const [, renewed] = /^signet_token=([^;]+)/m.exec(cookiesOf(sent).join('\n')) ?? []
    assert.ok(renewed)
    assert.equal(await balance(), before - 300)
    token = renewed
  })

  test('from another site, or from the sibling, moves nothing', async () => {
    const before = await balance()
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site', origin: RETIREMENT }]) {
      const answer = await bank.app.inject({
        method: 'POST',
        url: `/transfer/${randomUUID()}/review`,
        headers: { ...form, ...cookieOf(token), ...headers },
        payload: String(new URLSearchParams(typed())),
      })
      assert.equal(answer.statusCode, 403)
    }
    assert.equal(await balance(), before)
  })

  test('without a sign-in leads to it', async () => {
    const answer = await send(typed(), { cookie: '' })
    assert.equal(answer.statusCode, 303)
    assert.match(String(answer.headers.location), /\/sign-in\?/)
  })
})

describe('the way back', () => {
  const back = `${RETIREMENT}/contribute`
  test('is carried from the link through form and review to the receipt', async () => {
    const shown = await get(`/transfer?to=retirement&amount=1.00&return_to=${encodeURIComponent(back)}`)
    assert.equal(fieldsOf(shown.body).return_to, back)
    const reviewed = await review(typed({ to: 'retirement', return_to: back }))
    const sent = await send(fieldsOf(reviewed.body))
    const receipt = await get(String(sent.headers.location))
    assert.ok(receipt.body.includes(`href="${back}"`))
    assert.match(receipt.body, /Back to Retirement/)
    assert.match(receipt.body, /<script type="module" src="\/assets\/transfer-state\.js/)
  })

  test('leads nowhere else', async () => {
    for (const evil of [
      'https://evil.example/',
      '//evil.example',
      'javascript:alert(1)',
      `${RETIREMENT}.evil.example/`,
    ]) {
      const { body } = await get(`/transfer?return_to=${encodeURIComponent(evil)}`)
      const content = body.slice(0, body.indexOf('<footer'))
      assert.ok(!content.includes('evil') && !content.includes('javascript:alert'), evil)
      const { entries } = (await get(`/api/accounts/${customer.checking.id}/entries`)).json().data
      const receipt = await get(`/transfers/${entries[0].transferId}?return_to=${encodeURIComponent(evil)}`)
      assert.equal(receipt.statusCode, 200)
      assert.doesNotMatch(receipt.body, / href="[^"]*(evil|javascript)/)
    }
  })
})
