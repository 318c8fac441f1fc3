import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { openBrowser } from '../browser.js'
import { formsOf } from '../forms-of.js'
import { ada, cookiesOf, grace, RETIREMENT, sharedBank, type TestBank } from '../support.js'

let bank: TestBank
let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({ HOST: '127.0.0.1' })
})

/** A browser that has loaded a page with a form, and that form filled in. */
async function fill(url: string, typed: Record<string, string>) {
  const browser = openBrowser(bank.app)
  const { body } = await browser.send('GET', url)
  const form = formsOf(body, url).find(({ action }) => action === url)
  assert.ok(form)
  const fields = { ...form.fields, strategy: 'jwt', ...typed }
  const send = (from = browser, changed: Record<string, string> = {}) =>
    from.send('POST', url, String(new URLSearchParams({ ...fields, ...changed })))
  return { browser, send }
}

const active = (username: string) => bank.db.session.count({ where: { user: { username }, endedAt: null } })
const newcomer = (username: string) => ({ username, name: 'New Comer', password: 'quite-a-long-phrase-of-mine' })
const signedInAs = async (browser: ReturnType<typeof openBrowser>) =>
  (await browser.send('GET', '/api/me')).json().data?.username

describe('a form that is sent twice', () => {
  for (const strategy of ['jwt', 'shared-session']) {
    test(`signs in once, at two replicas at the same time: ${strategy}`, async () => {
      const { browser, send } = await fill('/sign-in', { ...grace, strategy })
      const other = browser.copy(replica.app)
      const before = await active(grace.username)
      const answers = await Promise.all([send(), send(other)])
      assert.deepEqual(
        answers.map(({ statusCode }) => statusCode),
        [303, 303],
      )
      assert.equal((await active(grace.username)) - before, 1)
      assert.deepEqual([await signedInAs(browser), await signedInAs(other)], ['grace', 'grace'])
      await browser.send('POST', '/api/logout')
      assert.equal(await active(grace.username), before)
    })
  }

  test('signs in again after the first session was revoked', async () => {
    const { browser, send } = await fill('/sign-in', ada)
    const first = browser.copy()
    await send(first)
    await first.send('POST', '/api/logout')
    await send()
    assert.equal(await signedInAs(browser), 'ada')
  })

  test('never gives the session of another user', async () => {
    const { browser, send } = await fill('/sign-in', ada)
    await send(browser.copy())
    await send(browser, grace)
    assert.equal(await signedInAs(browser), 'grace')
  })

  test('opens one account and one session, at two replicas at the same time', async () => {
    const { browser, send } = await fill('/register', newcomer('pressed.twice'))
    const other = browser.copy(replica.app)
    const answers = await Promise.all([send(), send(other)])
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [303, 303],
    )
    assert.equal(await active('pressed.twice'), 1)
    assert.deepEqual([await signedInAs(browser), await signedInAs(other)], ['pressed.twice', 'pressed.twice'])
  })

  test('a second form, or the same one with another password, gets username_taken', async () => {
    const typed = newcomer('pressed.once')
    const { browser, send } = await fill('/register', typed)
    const unsigned = browser.copy()
    await send()
    assert.equal((await (await fill('/register', typed)).send()).statusCode, 409)
    const answer = await send(unsigned, { password: 'another-quite-long-phrase' })
    assert.equal(answer.statusCode, 409)
    assert.deepEqual(cookiesOf(answer), [])
  })
})

describe('a browser that keeps no cookies', () => {
  for (const [url, typed] of [
    ['/sign-in', ada],
    ['/register', newcomer('no.cookies')],
  ] as const) {
    test(`gets an error, and nothing is created: ${url}`, async () => {
      const { send } = await fill(url, { ...typed, return_to: `${RETIREMENT}/` })
      const before = await active(typed.username)
      const answer = await send(openBrowser(bank.app))
      assert.equal(answer.statusCode, 400)
      assert.match(
        answer.body,
        /role="alert"[\s\S]*did not keep our cookie[\s\S]*http:\/\/bank\.signet\.localhost:3001/,
      )
      assert.match(answer.body, new RegExp(`name="username"[^>]*value="${typed.username}"`))
      assert.equal(await active(typed.username), before)
      assert.equal(await bank.db.user.count({ where: { username: 'no.cookies' } }), 0)
    })
  }

  test('a browser that keeps cookies reaches its page without another redirect', async () => {
    const { browser, send } = await fill('/sign-in', { ...ada, return_to: `${RETIREMENT}/?a=1` })
    const answer = await send()
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, `${RETIREMENT}/?a=1`])
    assert.equal(browser.jar.has('signet_probe'), false)
  })
})
