// A form belongs to the user it was rendered for: the bank's own forms, sent after another user signed in.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { balanceOf, type Customer, newCustomer } from './customer.js'
import { assertRefusedFor, formsOf, formsOfPages, sendForm } from './forms-of.js'
import { sendOrder, typedOrder } from './standing-orders/forms.js'
import { claimsOf, cookieOf, sharedBank, type TestBank, tokenOf } from './support.js'
import { reviewForm } from './transfers/forms.js'

let bank: TestBank
let owner: Customer
let other: Customer
before(async () => {
  bank = await sharedBank()
  owner = await newCustomer(bank)
  other = await newCustomer(bank)
})

/** Pages whose form changes how the user signs in. */
const CHANGES = ['/security/password', '/security/password/remove', '/security/recovery-codes']

/** The forms of the bank as the owner sees them, with another session that /security can end, and a transfer to review. */
async function ownForms() {
  await tokenOf(bank.app, owner)
  await sendOrder(bank.app, typedOrder(owner), cookieOf(owner.token))
  const { checking, savings } = owner
  const urls = [
    '/',
    '/transfer',
    '/standing-orders',
    '/standing-orders/new',
    '/security',
    ...CHANGES,
    '/sign-out',
    '/docs',
    '/register',
    `/accounts/${checking.id}`,
  ]
  const forms = await formsOfPages(bank.app, urls, owner.token)
  const typed = { key: randomUUID(), from: checking.id, to: savings.id, number: '', amount: '1.00', memo: '' }
  const { body } = await reviewForm(bank.app, typed, cookieOf(owner.token))
  const review = formsOf(body, `/transfer/${typed.key}/review`)
  const send = review.find(({ action }) => action === `/transfer/${typed.key}/review`)
  assert.ok(send)
  return forms.set('send', send)
}

const activeSessions = (customer: Customer) =>
  bank.db.session.count({ where: { userId: String(claimsOf(customer.token).sub), endedAt: null } })

describe('the forms of the bank', () => {
  test('change nothing after another user signed in, and say who that is', async () => {
    const forms = await ownForms()
    await tokenOf(bank.app, other)
    const state = async () => [
      await activeSessions(owner),
      await activeSessions(other),
      await balanceOf(bank, owner),
      await balanceOf(bank, other),
      await bank.db.standingOrder.count({ where: { canceledAt: null } }),
      await bank.db.securityNotice.count({ where: { userId: String(claimsOf(other.token).sub) } }),
    ]
    const before = await state()
    const cancelAction = [...forms.keys()].find((action) => action.endsWith('/cancel'))
    for (const action of [
      '/security/end',
      '/security/end-others',
      ...CHANGES,
      '/sign-out',
      '/transfer/review',
      'send',
      '/standing-orders/new',
      cancelAction ?? '',
    ]) {
      const form = forms.get(action)
      assert.ok(form, action)
      await assertRefusedFor(bank.app, form, other.token)
    }
    assert.deepEqual(await state(), before)
  })

  test('work in a new session of the same user', async () => {
    const endOthers = (await ownForms()).get('/security/end-others')
    assert.ok(endOthers)
    const answer = await sendForm(bank.app, endOthers, await tokenOf(bank.app, owner))
    assert.deepEqual([answer.statusCode, await activeSessions(owner)], [303, 1])
  })

  test('sign in while another user is signed in, because this form itself identifies the user', async () => {
    const forms = formsOf((await bank.app.inject('/sign-in')).body, '/sign-in')
    for (const { action, fields } of forms) assert.equal(fields.signed_in_as, '', action)
    const signIn = forms.find(({ action }) => action === '/sign-in')
    assert.ok(signIn)
    const { username, password } = owner
    const fields = { ...signIn.fields, username, password, strategy: 'jwt' }
    assert.equal((await sendForm(bank.app, { ...signIn, fields }, other.token)).statusCode, 303)
  })
})
