import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { App } from '../../src/index.js'
import { BANK, createTestService, issueToken } from '../support.js'

let app: App
before(async () => {
  app = await createTestService()
})
after(() => app.close())

/** A browser of the user `u-1`. */
const browser = { cookie: `signet_token=${issueToken()}`, 'sec-fetch-site': 'same-origin' }
const FORM = 'application/x-www-form-urlencoded'

const send = (payload: string, headers: Record<string, string> = browser, url = '/saved') =>
  app.inject({ method: 'POST', url, headers: { 'content-type': FORM, ...headers }, payload })

describe('a posted form', () => {
  test('is accepted for the authenticated user, in this session or a new one', async () => {
    for (const cookie of [browser.cookie, `signet_token=${issueToken('Ada King')}`]) {
      const answer = await send('color=red&signed_in_as=u-1', { ...browser, cookie })
      assert.deepEqual([answer.statusCode, answer.body], [200, 'saved red'])
    }
  })

  const refused: ReadonlyArray<readonly [why: string, payload: string, headers?: Record<string, string>]> = [
    ['it names another user', 'color=red&signed_in_as=u-2'],
    ['it was rendered before the user signed in', 'color=red&signed_in_as='],
    ['it names two users', 'color=red&signed_in_as=u-1&signed_in_as=u-2'],
    ['it names another user and is invalid', 'signed_in_as=u-2'],
    [
      'another user is named by a client that is not a browser',
      'color=red&signed_in_as=u-2',
      { cookie: browser.cookie },
    ],
  ]
  for (const [why, payload, headers] of refused) {
    test(`is refused with the name of the authenticated user: ${why}`, async () => {
      const answer = await send(payload, headers)
      assert.equal(answer.statusCode, 409)
      assert.match(answer.body, /<h1>This page was opened for another user<\/h1>/)
      assert.match(answer.body, /Nothing was changed\. You are signed in as <strong>.*Ada Lovelace/)
      assert.match(answer.body, /<a class="button button-primary" href="\/">Continue as .*Ada Lovelace/)
      assert.doesNotMatch(answer.body, /saved red/)
    })
  }

  test('needs no user field from a program', async () => {
    for (const headers of [browser, { cookie: browser.cookie }]) {
      assert.equal((await send('color=red', headers)).statusCode, 200)
    }
  })

  test('of a signed-out user redirects to the sign-in, with any user field', async () => {
    for (const payload of ['color=red&signed_in_as=u-1', 'color=red&signed_in_as=', 'color=red']) {
      const answer = await send(payload, { 'sec-fetch-site': 'same-origin' })
      assert.deepEqual([answer.statusCode, String(answer.headers.location).split('?')[0]], [303, `${BANK}/sign-in`])
    }
  })

  test('with a username and password is accepted in any session', async () => {
    assert.equal((await send('color=red&signed_in_as=u-2', browser, '/saved-by-any-user')).statusCode, 200)
  })

  test('needs a user field only on pages, not in the JSON API', async () => {
    const headers = { ...browser, 'content-type': 'application/json' }
    assert.equal((await send(JSON.stringify({ text: 'hello' }), headers, '/api/notes')).statusCode, 200)
  })
})

test('every POST form of a page names the user of the page', async () => {
  const { body } = await app.inject({ url: '/', headers: browser })
  const forms = [...body.matchAll(/<form[^>]*method="post"[\s\S]*?<\/form>/g)].map(([form]) => form)
  assert.equal(forms.length, 2, 'sign-out and theme')
  for (const form of forms) assert.match(form, /<input type="hidden" name="signed_in_as" value="u-1"\/>/)
})
