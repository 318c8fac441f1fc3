import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newCustomer } from '../customer.js'
import { assertRefusedFor, formsOfPages } from '../forms-of.js'
import { sharedBank } from '../support.js'

const PAGES = [
  '/token',
  '/compare',
  '/operations',
  '/tour',
  ...Array.from({ length: 10 }, (_, step) => `/tour/${step + 1}`),
]

test('the forms of the demo that act for a user change nothing after another user signed in', async () => {
  const bank = await sharedBank()
  const [owner, other] = [await newCustomer(bank), await newCustomer(bank)]
  const forms = await formsOfPages(bank.app, PAGES, owner.token)
  for (const action of ['/token', '/compare', '/tour/expire', '/sign-out']) {
    const form = forms.get(action)
    assert.ok(form, action)
    await assertRefusedFor(bank.app, form, other.token)
  }
})
