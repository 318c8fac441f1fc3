import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { isoDate, MAX_ORDERS } from '../../src/standing-orders/rules.js'
import { savePayment } from '../../src/standing-orders/store.js'
import { type Customer, newCustomer } from '../customer.js'
import { fieldsOf } from '../fields-of.js'
import { cookieOf, sharedBank, type TestBank } from '../support.js'
import { postForm } from '../transfers/forms.js'
import { activeOrders, inDays, NEW, ORDERS, sendOrder, typedOrder } from './forms.js'

let bank: TestBank
let customer: Customer
before(async () => {
  bank = await sharedBank()
  customer = await newCustomer(bank)
})

const get = async (url: string, { token }: Customer = customer) => {
  const { statusCode, body } = await bank.app.inject({ url, headers: cookieOf(token) })
  assert.equal(statusCode, 200)
  return body
}

describe('a standing order by hand', () => {
  test('is reviewed, set up once and listed, on the home page too', async () => {
    const owner = await newCustomer(bank)
    const [home, transfer] = [await get('/', owner), await get('/transfer', owner)]
    assert.match(home, /You have no standing orders\. <a href="\/standing-orders\/new">/)
    assert.match(transfer, /href="\/standing-orders"/)
    const { key = '' } = fieldsOf(await get(NEW, owner))
    const typed = typedOrder(owner, { key, memo: 'Rainy day' })
    const reviewed = await postForm(bank.app, NEW, typed, cookieOf(owner.token))
    assert.equal(reviewed.statusCode, 200)
    for (const text of ['Nothing has been set up yet', '$10.00', 'Every month', 'Rainy day'])
      assert.ok(reviewed.body.includes(text), text)
    assert.deepEqual(fieldsOf(reviewed.body), typed)
    assert.equal((await activeOrders(bank, owner)).length, 0)

    const created = await sendOrder(bank.app, fieldsOf(reviewed.body), cookieOf(owner.token))
    assert.deepEqual([created.statusCode, created.headers.location], [303, '/standing-orders?done=created'])
    const list = await get('/standing-orders?done=created', owner)
    assert.match(list, /role="status"[\s\S]*Your standing order is set up/)
    for (const page of [list, await get('/', owner)]) {
      const rows = page.slice(page.indexOf('<tbody'), page.indexOf('</tbody>'))
      for (const text of ['Savings', '$10.00', 'Every month from Checking', 'Rainy day', typed.first ?? ''])
        assert.ok(rows.includes(text), text)
    }
  })

  test('that is sent twice is created once, and not again after it was canceled', async () => {
    const owner = await newCustomer(bank)
    const typed = typedOrder(owner)
    const answers = await Promise.all([1, 2, 3].map(() => sendOrder(bank.app, typed, cookieOf(owner.token))))
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [303, 303, 303],
    )
    const [order, ...more] = await activeOrders(bank, owner)
    assert.ok(order)
    assert.equal(more.length, 0)
    for (const times of ['first', 'second']) {
      const canceled = await postForm(bank.app, `${ORDERS}/${order.id}/cancel`, {}, cookieOf(owner.token))
      assert.deepEqual([canceled.statusCode, canceled.headers.location], [303, '/standing-orders?done=canceled'], times)
    }
    assert.equal((await sendOrder(bank.app, typed, cookieOf(owner.token))).statusCode, 303)
    assert.equal((await activeOrders(bank, owner)).length, 0)
    await sendOrder(bank.app, typedOrder(owner), cookieOf(owner.token))
    assert.equal((await activeOrders(bank, owner)).length, 1, 'another form is another order')
  })

  test('with a mistake creates nothing, and a sentence is at the field', async () => {
    const other = await newCustomer(bank)
    for (const [field, value, says, at] of [
      ['amount', '12,50', /id="amount-error">Use a point before the cents/],
      ['amount', '', /id="amount-error">Enter an amount/],
      ['to', '', /id="to-error">Choose where the money goes/],
      ['from', other.checking.id, /id="from-error">Choose one of your accounts/],
      ['rhythm', 'daily', /id="rhythm-error">Choose how often/],
      ['first', inDays(-1), /id="first-error">Enter a date from/],
      ['first', inDays(400), /id="first-error">Enter a date from/],
      ['first', 'soon', /id="first-error">Enter a date from/, 'value="soon"'],
      ['memo', 'a\tb', /id="memo-error">Remove tabs/],
      ['number', '0000-0000-00', /id="number-error">No account has this number/],
    ] as const) {
      const to: Record<string, string> = field === 'number' ? { to: 'number' } : {}
      const typed = typedOrder(customer, { ...to, [field]: value })
      for (const url of [NEW, ORDERS]) {
        const { statusCode, body } = await postForm(bank.app, url, typed, cookieOf(customer.token))
        assert.equal(statusCode, 400, `${field} ${value} to ${url}`)
        assert.match(body, says)
        assert.match(body, /role="alert"[\s\S]*Nothing was set up/)
        if (at) assert.ok(body.includes(at))
      }
    }
    assert.equal((await postForm(bank.app, NEW, {}, cookieOf(customer.token))).statusCode, 400)
    assert.equal((await activeOrders(bank, customer)).length, 0)
  })

  test('can be changed after the review', async () => {
    const typed = typedOrder(customer, { memo: 'Change me' })
    const { statusCode, body } = await postForm(bank.app, NEW, { ...typed, change: 'yes' }, cookieOf(customer.token))
    assert.equal(statusCode, 200)
    const { to: _, from: __, rhythm: ___, ...text } = typed
    assert.deepEqual(fieldsOf(body), text)
    assert.match(body, /id="rhythm-monthly"[^>]*checked/)
  })

  test('belongs to its owner: another user can neither cancel nor see it', async () => {
    const [owner, other] = [await newCustomer(bank), await newCustomer(bank)]
    await sendOrder(bank.app, typedOrder(owner, { memo: 'mine alone' }), cookieOf(owner.token))
    const [order] = await activeOrders(bank, owner)
    assert.ok(order)
    for (const id of [order.id, '00000000-0000-4000-8000-000000000000', 'x']) {
      const answer = await postForm(bank.app, `${ORDERS}/${id}/cancel`, {}, cookieOf(other.token))
      assert.equal(answer.statusCode, 404)
      assert.match(answer.body, /You have no such standing order/)
    }
    assert.equal((await activeOrders(bank, owner)).length, 1)
    for (const url of ['/', ORDERS]) assert.ok(!(await get(url, other)).includes('mine alone'), url)
  })

  test('is one of twenty at most, also for requests at once at two replicas', async () => {
    const owner = await newCustomer(bank)
    const second = await sharedBank({})
    const answers = await Promise.all(
      Array.from({ length: MAX_ORDERS + 5 }, (_, n) =>
        sendOrder((n % 2 ? bank : second).app, typedOrder(owner), cookieOf(owner.token)),
      ),
    )
    const refused = answers.filter(({ statusCode }) => statusCode !== 303)
    assert.equal(refused.length, 5)
    for (const { statusCode, body } of refused) {
      assert.equal(statusCode, 403)
      assert.match(body, /role="alert"[\s\S]*You have 20 standing orders\. Cancel one/)
    }
    const [order] = await activeOrders(bank, owner)
    await postForm(bank.app, `${ORDERS}/${order?.id}/cancel`, {}, cookieOf(owner.token))
    assert.equal((await sendOrder(bank.app, typedOrder(owner), cookieOf(owner.token))).statusCode, 303)
  })
})

test('a date without enough money is told on both pages until the next payment, and the payments are listed', async () => {
  const owner = await newCustomer(bank)
  await sendOrder(bank.app, typedOrder(owner), cookieOf(owner.token))
  const [order] = await activeOrders(bank, owner)
  assert.ok(order)
  const save = (dueOn: string, transferId: string | null) =>
    bank.db.$transaction((transaction) =>
      savePayment(transaction, { orderId: order.id, dueOn: new Date(dueOn), transferId }, order.nextOn),
    )
  await save('2026-01-05', null)
  const missed =
    /On <time[^>]*>5 Jan 2026<\/time> there was not enough money in Checking to pay <data[^>]*>\$10\.00<\/data> to <bdi>Savings/
  for (const url of ['/', ORDERS]) assert.match(await get(url, owner), missed, url)
  const { id: transferId } = await bank.db.transfer.findFirstOrThrow({ where: { to: { id: owner.checking.id } } })
  await save('2026-02-05', transferId)
  for (const url of ['/', ORDERS]) assert.doesNotMatch(await get(url, owner), missed, url)
  const list = await get(ORDERS, owner)
  const payments = list.slice(list.indexOf('id="payments"'))
  assert.match(
    payments,
    /5 Feb 2026[\s\S]*<a href="\/transfers\/[0-9a-f-]{36}">Paid<\/a>[\s\S]*5 Jan 2026[\s\S]*Not paid/,
  )
})

test('the home page shows the next five', async () => {
  const owner = await newCustomer(bank)
  for (const days of [60, 10, 50, 20, 40, 30])
    await sendOrder(bank.app, typedOrder(owner, { first: inDays(days) }), cookieOf(owner.token))
  const home = await get('/', owner)
  const upcoming = home.slice(home.indexOf('id="upcoming"'), home.indexOf('id="recent"'))
  assert.deepEqual(
    [...upcoming.matchAll(/datetime="(\d{4}-\d\d-\d\d)/gi)].map(([, date]) => date),
    [10, 20, 30, 40, 50].map((days) => isoDate(new Date(inDays(days)))),
  )
})
