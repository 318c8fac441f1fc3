import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { type Customer, newCustomer } from '../customer.js'
import { fieldsOf } from '../fields-of.js'
import { cookieOf, cookiesOf, expired, sharedBank, type TestBank } from '../support.js'
import { fillIn, postForm, sendForm } from './forms.js'

let bank: TestBank
let customer: Customer
before(async () => {
  bank = await sharedBank()
  customer = await newCustomer(bank)
})

const typed = (change: Record<string, string> = {}): Record<string, string> => ({
  key: randomUUID(),
  from: customer.checking.id,
  to: 'number',
  number: '4821-0937-55',
  amount: '12.34',
  memo: 'Nobody’s business',
  ...change,
})
const get = (url: string, cookie: { cookie: string }) => bank.app.inject({ url, headers: cookie })
/** Whether text holds anything that was typed. */
const holds = (text: string, { from = '', number = '', amount = '', memo = '' }: Record<string, string>) =>
  [from, number, amount, memo, encodeURIComponent(memo)].some((value) => value !== '' && text.includes(value))

describe('what is typed into a transfer', () => {
  test('is in no address on the way to the review and back', async () => {
    const fields = typed()
    const { answer, url, cookie } = await fillIn(bank.app, fields, cookieOf(customer.token))
    assert.equal(answer.statusCode, 303)
    assert.equal(url, `/transfer/${fields.key}/review`)
    const reviewed = await get(url, cookie)
    assert.match(reviewed.body, /Nobody’s business/)
    const links = [...reviewed.body.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, link]) => link ?? '')
    assert.deepEqual(
      links.filter((link) => holds(link, fields)),
      [],
    )
    assert.ok(links.includes(`/transfer/${fields.key}`), 'the link to change it')
    const sent = await sendForm(bank.app, { ...fields, amount: '999999' }, cookie)
    assert.ok(!holds(String(sent.headers.location ?? ''), fields))
  })

  test('is kept for its own pages alone, where scripts cannot read it, and for an hour', async () => {
    const { answer } = await fillIn(
      bank.app,
      typed({ key: '3a8f5c1e-6f3e-4b53-9f55-6f5b7a2f0c11' }),
      cookieOf(customer.token),
    )
    const [line = ''] = cookiesOf(answer)
    assert.match(
      line,
      /^signet_transfer=[\w-]+; Max-Age=3600; Path=\/transfer\/3a8f5c1e-6f3e-4b53-9f55-6f5b7a2f0c11; HttpOnly; SameSite=Lax$/,
    )
  })

  test('is there again after a reload, and in the form when it is to be changed', async () => {
    const fields = typed()
    const { url, cookie } = await fillIn(bank.app, fields, cookieOf(customer.token))
    const [first, second] = [await get(url, cookie), await get(url, cookie)]
    assert.deepEqual(fieldsOf(second.body), fieldsOf(first.body))
    const form = fieldsOf((await get(`/transfer/${fields.key}`, cookie)).body)
    assert.deepEqual(
      [form.number, form.amount, form.memo, form.key],
      [fields.number, fields.amount, fields.memo, fields.key],
    )
  })

  test('is there when something of it is wrong, and the theme switch leads back to it', async () => {
    const fields = typed({ amount: 'ten' })
    const { url, cookie } = await fillIn(bank.app, fields, cookieOf(customer.token))
    const { statusCode, body } = await get(url, cookie)
    assert.equal(statusCode, 400)
    assert.deepEqual([fieldsOf(body).amount, fieldsOf(body).memo], ['ten', fields.memo])
    const back = /name="return_to" value="([^"]+)"/.exec(body.slice(body.indexOf('<footer')))?.[1]
    assert.equal(back, `/transfer/${fields.key}`)
    assert.equal(fieldsOf((await get(String(back), cookie)).body).memo, fields.memo)
  })

  test('waits for the sign-in of a session that has expired meanwhile', async () => {
    const fields = typed()
    const { answer, url, cookie } = await fillIn(bank.app, fields, {
      cookie: `signet_token=${expired(customer.token)}`,
    })
    assert.equal(answer.statusCode, 303)
    const asked = await get(url, cookie)
    assert.equal(asked.statusCode, 303)
    assert.ok(!holds(decodeURIComponent(String(asked.headers.location)), fields))
    const [draft = ''] = cookie.cookie.split('; ').slice(1)
    const again = await get(url, { cookie: `signet_token=${customer.token}; ${draft}` })
    assert.match(again.body, /Nobody’s business/)
  })

  test('is found beside cookies of its name that a sibling host has planted', async () => {
    const { url, cookie } = await fillIn(bank.app, typed(), cookieOf(customer.token))
    const planted = `${cookie.cookie}; signet_transfer=x`
    assert.match((await get(url, { cookie: planted })).body, /Nobody’s business/)
    const first = planted.replace('; signet_transfer=', '; signet_transfer=e30; signet_transfer=')
    assert.match((await get(url, { cookie: first })).body, /Nobody’s business/)
  })

  test('is shown to no other customer in the same browser', async () => {
    const { url, cookie } = await fillIn(bank.app, typed(), cookieOf(customer.token))
    const other = await newCustomer(bank)
    const answer = await get(url, { cookie: cookie.cookie.replace(customer.token, other.token) })
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/transfer'])
  })

  test('that the browser no longer has, or that somebody made up, leads to an empty form', async () => {
    const mine = cookieOf(customer.token)
    for (const draft of ['', 'x', 'e30', Buffer.from('{"userId":1}').toString('base64url'), '%00']) {
      for (const path of [
        `/transfer/${randomUUID()}/review`,
        `/transfer/${randomUUID()}`,
        '/transfer/x',
        '/transfer/x%20y/review',
      ]) {
        const answer = await get(path, { cookie: `${mine.cookie}; signet_transfer=${draft}` })
        assert.deepEqual([answer.statusCode, answer.headers.location], [303, '/transfer'], `${path} ${draft}`)
      }
    }
  })

  test('that is too long to be kept is shown at once with what is wrong', async () => {
    const answer = await postForm(
      bank.app,
      '/transfer/review',
      typed({ memo: 'é'.repeat(3_000) }),
      cookieOf(customer.token),
    )
    assert.equal(answer.statusCode, 400)
    assert.match(answer.body, /id="memo-error"/)
  })
})
