// A form belongs to the user it was rendered for. These tests send retirement's forms after another user has signed in.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { system } from './shared-system.js'
import { claimsOf, cookieOf } from './support.js'

/** Sends a form as the browser of a signed-in user does. */
const send = (url: string, fields: Record<string, string>, token: string) =>
  system.app.inject({
    method: 'POST',
    url,
    headers: {
      ...cookieOf(token),
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    payload: String(new URLSearchParams(fields)),
  })

const idOf = (token: string) => String(claimsOf(token).sub)
const allocationOf = async (token: string) =>
  (await system.db.plan.findUnique({ where: { userId: idOf(token) } }))?.allocation

describe('the forms of the plan', () => {
  test('name the user of the page, and change nothing after another user signed in', async () => {
    const owner = await system.bank.register('form-owner')
    const other = await system.bank.register('form-other')
    for (const token of [owner, other]) {
      const { body } = await system.app.inject({ url: '/', headers: cookieOf(token) })
      const forms = [...body.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)].map(([form]) => form)
      assert.deepEqual(forms.map((form) => / action="([^"]*)"/.exec(form)?.[1]).sort(), [
        '/allocation',
        '/sign-out',
        '/theme',
      ])
      for (const form of forms) assert.ok(form.includes(`name="signed_in_as" value="${idOf(token)}"`), form)
    }
    const fields = { signed_in_as: idOf(owner), allocation: 'growth' }
    for (const url of ['/allocation', '/sign-out']) {
      const answer = await send(url, fields, other)
      assert.equal(answer.statusCode, 409, url)
      assert.match(answer.body, /Nothing was changed\. You are signed in as.*Name of form-other/)
    }
    assert.equal(await allocationOf(other), 'balanced')
    assert.equal(await system.bank.endedAt(other), null)
  })

  test('work in a new session of the same user', async () => {
    const owner = await system.bank.register('form-again')
    const later = await system.bank.login('form-again')
    assert.equal(
      (await send('/allocation', { signed_in_as: idOf(owner), allocation: 'growth' }, later)).statusCode,
      303,
    )
    assert.equal(await allocationOf(later), 'growth')
  })
})
