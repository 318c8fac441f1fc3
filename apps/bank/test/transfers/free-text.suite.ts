// What one customer writes and another reads: it looks like what it is, on pages and in statements.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { createBankDatabase } from '@signet/bank-database'
import { ownerUrlOf } from '@signet/testing'
import { type Customer, newCustomer, placeOrder } from '../customer.js'
import { claimsOf, cookieOf, sharedBank, type TestBank } from '../support.js'

let bank: TestBank
let sender: Customer
let receiver: Customer
before(async () => {
  bank = await sharedBank()
  sender = await newCustomer(bank)
  receiver = await newCustomer(bank)
})

async function send(memo: string) {
  const body = { from: sender.checking.id, to: receiver.checking.number, amount: 1, memo }
  const answer = await placeOrder(bank.app, sender.token, body)
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json().data
}

const pageOf = async (url: string) =>
  (await bank.app.inject({ url, headers: cookieOf(receiver.token) })).body.replace(/<footer[\s\S]*/, '')
const entryText = (page: string, id: string) =>
  new RegExp(`<a href="/transfers/${id}">(.*?)</a>`).exec(page)?.[1] ?? 'no link'

describe('a memo', () => {
  for (const blank of ['', '   ', '\u00a0\u3000', '\u200b', '\u3164', '\u2800\u115f', '\u202e\u0301']) {
    test(`that shows nothing is no memo: ${JSON.stringify(blank)}`, async () => {
      const { id, memo } = await send(blank)
      assert.equal(memo, '')
      const page = await pageOf(`/accounts/${receiver.checking.id}`)
      assert.equal(entryText(page, id), `<bdi>From ${sender.checking.number}</bdi>`)
      assert.doesNotMatch(await pageOf(`/transfers/${id}`), />Memo</)
    })
  }

  test('with a direction control turns nothing around it', async () => {
    const { id } = await send('Rent \u202e00.5$')
    assert.equal(entryText(await pageOf(`/accounts/${receiver.checking.id}`), id), '<bdi>Rent \u202e00.5$</bdi>')
    assert.match(await pageOf(`/transfers/${id}`), /<dt>Memo<\/dt><dd><bdi>Rent \u202e00\.5\$<\/bdi><\/dd>/)
    const url = `/accounts/${receiver.checking.id}/statement.csv`
    const { body } = await bank.app.inject({ url, headers: cookieOf(receiver.token) })
    assert.match(body, /,Rent 00\.5\$,0\.01,/)
    assert.doesNotMatch(body, /\p{Bidi_Control}/u)
  })

  test('that a spreadsheet would compute is text in the statement of the receiver', async () => {
    await send('\u00a0=1+1')
    const url = `/accounts/${receiver.checking.id}/statement.csv`
    const { body } = await bank.app.inject({ url, headers: cookieOf(receiver.token) })
    assert.ok(body.includes(",'\u00a0=1+1,"), body)
  })
})

test('a name from before the rule is shown alone, and one that shows nothing is not shown', async (t) => {
  const { id } = await send('hello')
  // The service itself cannot rename a user.
  const owner = createBankDatabase(ownerUrlOf(bank.databaseUrl))
  t.after(() => owner.$disconnect())
  const rename = (name: string) =>
    owner.user.update({ where: { id: String(claimsOf(sender.token).sub) }, data: { name } })
  await rename('Eve\u202e')
  assert.match(
    await pageOf(`/transfers/${id}`),
    new RegExp(`<dd><bdi>Eve\u202e</bdi> <span class="muted">${sender.checking.number}</span></dd>`),
  )
  await rename('\u3164')
  assert.match(await pageOf(`/transfers/${id}`), new RegExp(`<dt>From</dt><dd>${sender.checking.number}</dd>`))
})
