import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { before, describe, test } from 'node:test'
import { until } from '@signet/testing'
import { addNotice, sweepNotices } from '../../src/notices/store.js'
import { type Browser, openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { formsOf } from '../forms-of.js'
import { addPasskey, call, userIdOf } from '../sign-in-methods/methods.js'
import { claimsOf, sharedBank, type TestBank, withClaims } from '../support.js'

let bank: TestBank
let replica: TestBank
before(async () => {
  bank = await sharedBank()
  replica = await sharedBank({ HOST: '127.0.0.1' })
})

const NEW = 'another quiet place by the sea'
const FIREFOX = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' }

async function signIn(credentials: { username: string; password: string }): Promise<Browser> {
  const browser = openBrowser(bank.app)
  await browser.send('POST', '/api/login', { username: credentials.username, password: credentials.password })
  return browser
}

/** A customer in two browsers. */
async function inTwoBrowsers() {
  const customer = await newCustomer(bank)
  return { customer, one: await signIn(customer), other: await signIn(customer) }
}

const bannerOf = async (browser: Browser, url = '/') => {
  const { body } = await browser.send('GET', url)
  const at = body.indexOf('<div id="security-notices"')
  assert.notEqual(at, -1, url)
  return body.slice(at, body.indexOf('<main', at))
}
const makeCodes = async (browser: Browser, headers = {}): Promise<string[]> =>
  (await browser.send('POST', '/api/recovery-codes', undefined, headers)).json().data.recoveryCodes

describe('a change of how a user signs in', () => {
  test('is shown in the other session on every page, with time and device', async () => {
    const { one, other } = await inTwoBrowsers()
    await makeCodes(one, FIREFOX)
    for (const url of ['/', '/transfer', '/security', '/docs', '/token']) {
      const banner = await bannerOf(other, url)
      assert.match(banner, /New recovery codes were made/, url)
      assert.match(banner, /<time[^>]*>[^<]+UTC<\/time>, Firefox on Linux, 127\.0\.0\.1/, url)
    }
  })

  test('is shown in the same session, of which a thief may have a copy', async () => {
    const { one } = await inTwoBrowsers()
    await makeCodes(one.copy())
    assert.match(await bannerOf(one), /New recovery codes were made/)
  })

  test('is not shown in a session that it has created, nor on a page that responds to a form', async () => {
    const { customer, one } = await inTwoBrowsers()
    const [code] = await makeCodes(one)
    const byCode = openBrowser(bank.app)
    await byCode.send('POST', '/api/login/recovery-code', { username: customer.username, recoveryCode: code })
    assert.doesNotMatch(await bannerOf(byCode), /code was used/)
    assert.match(await bannerOf(one), /A recovery code was used/)
    const { statusCode, body } = await one.send('POST', '/security/password/remove', '')
    assert.deepEqual([statusCode, body.includes('security-notices')], [403, false])
  })

  test('is not shown to another user', async () => {
    const { one } = await inTwoBrowsers()
    const stranger = await signIn(await newCustomer(bank))
    await makeCodes(one)
    assert.doesNotMatch(await bannerOf(stranger), /recovery codes/)
  })

  test('is shown until that session dismisses it, and stays dismissed after “Sign out elsewhere”', async () => {
    const { customer, one, other } = await inTwoBrowsers()
    const third = await signIn(customer)
    await makeCodes(one)
    const { body } = await other.send('GET', '/transfer?to=retirement')
    const dismissal = formsOf(body, '/transfer').find(({ action }) => action === '/security/notices/dismiss')
    assert.ok(dismissal)
    const response = await other.send('POST', dismissal.action, String(new URLSearchParams(dismissal.fields)))
    assert.equal(response.statusCode, 303)
    assert.match(String(response.headers.location), /:3001\/transfer\?to=retirement$/)
    assert.doesNotMatch(await bannerOf(other), /recovery codes/)
    assert.match(await bannerOf(third), /recovery codes/)
    await other.send('DELETE', '/api/sessions')
    assert.doesNotMatch(await bannerOf(other), /recovery codes/)
  })

  test('is shown in later sessions too: a change of the password has revoked those of the owner', async () => {
    const { customer, one, other } = await inTwoBrowsers()
    await one.send('POST', '/api/password', { currentPassword: customer.password, newPassword: NEW })
    assert.equal((await other.send('GET', '/api/me')).statusCode, 401)
    assert.doesNotMatch(await bannerOf(one), /password was changed/)
    assert.match(await bannerOf(await signIn({ ...customer, password: NEW })), /Your password was changed/)
  })

  test('is listed on the security page, newest first', async () => {
    const { customer, one } = await inTwoBrowsers()
    const userId = userIdOf(customer.token)
    await addPasskey(bank, userId)
    const [code] = await makeCodes(one)
    const byCode = openBrowser(bank.app)
    await byCode.send('POST', '/api/login/recovery-code', { username: customer.username, recoveryCode: code })
    await one.send('POST', '/api/password', { currentPassword: customer.password, newPassword: NEW })
    await one.send('DELETE', '/api/password')
    const { body } = await one.send('GET', '/security')
    const list = body.slice(body.indexOf('id="sign-in-changes"'))
    const found = ['was removed', 'was changed', 'code was used', 'codes were made'].map((text) => list.indexOf(text))
    assert.ok(!found.includes(-1), String(found))
    assert.deepEqual(
      found,
      [...found].sort((a, b) => a - b),
    )
  })

  test('that is refused leaves no notice', async () => {
    const { customer, one } = await inTwoBrowsers()
    await one.send('DELETE', '/api/password')
    await one.send('POST', '/api/password', { currentPassword: 'not the password', newPassword: NEW })
    assert.equal(await bank.db.securityNotice.count({ where: { userId: userIdOf(customer.token) } }), 0)
  })
})

describe('a session that is not active changes nothing, even where its token is still accepted', () => {
  const makeWith = (token: string) => call(replica, token, 'POST', '/api/recovery-codes')
  const refusalOf = (response: { statusCode: number; json(): { code?: string } }) => [
    response.statusCode,
    response.json().code,
  ]
  const codesOf = (token: string) => bank.db.recoveryCode.count({ where: { userId: userIdOf(token) } })

  test('one that another replica has just revoked', async () => {
    const { token } = await newCustomer(bank)
    assert.equal((await call(replica, token, 'GET', '/api/me')).statusCode, 200)
    await bank.db.session.updateMany({ where: { userId: userIdOf(token) }, data: { endedAt: new Date() } })
    assert.deepEqual(refusalOf(await makeWith(token)), [401, 'token_revoked'])
    assert.equal(await codesOf(token), 0)
  })

  for (const [what, sidOf] of [
    ['an invented session id', () => randomUUID()],
    ['the session of another user', async () => String(claimsOf((await newCustomer(bank)).token).sid)],
  ] as const) {
    test(`a token of a holder of the shared secret, with ${what}`, async () => {
      const { token } = await newCustomer(bank)
      assert.deepEqual(refusalOf(await makeWith(withClaims(token, { sid: await sidOf() }))), [401, 'token_revoked'])
      assert.equal(await codesOf(token), 0)
    })
  }
})

test('a session dismisses only notices of its own user', async () => {
  const { customer, one, other } = await inTwoBrowsers()
  await makeCodes(one)
  const { id } = await bank.db.securityNotice.findFirstOrThrow({ where: { userId: userIdOf(customer.token) } })
  const stranger = await signIn(await newCustomer(bank))
  for (const notice of [id, 'not-an-id', '00000000-0000-4000-8000-000000000000']) {
    const response = await stranger.send(
      'POST',
      '/security/notices/dismiss',
      `notice=${notice}&return_to=//evil.example`,
    )
    assert.equal(response.statusCode, 303)
    assert.match(String(response.headers.location), /^http:\/\/bank\.signet\.localhost:3001\//)
  }
  const sid = (await stranger.send('GET', '/api/me')).json().data.sid
  assert.equal(await bank.db.dismissedNotice.count({ where: { sessionId: sid } }), 0)
  assert.match(await bannerOf(other), /recovery codes/)
})

test('a notice is on every page for a week, and deleted after 400 days', async () => {
  const { customer, other } = await inTwoBrowsers()
  const userId = userIdOf(customer.token)
  const day = 86_400_000
  const at = async (daysAgo: number, kind: 'passkey_added' | 'passkey_removed' | 'password_changed') => {
    const data = { id: randomUUID(), userId, kind, userAgent: '', address: '' }
    await bank.db.securityNotice.create({ data: { ...data, at: new Date(Date.now() - daysAgo * day) } })
  }
  await at(6.9, 'passkey_added')
  await at(7.1, 'passkey_removed')
  await at(400.1, 'password_changed')
  const banner = await bannerOf(other)
  assert.match(banner, /A passkey was added/)
  assert.doesNotMatch(banner, /A passkey was removed/)
  await sweepNotices(bank.db, new Date())
  assert.equal(await bank.db.securityNotice.count({ where: { userId } }), 2)
})

describe('an open page', () => {
  /** The event stream of a session. */
  async function openStream({ app }: TestBank, browser: Browser) {
    if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/api/session/events`, {
      headers: { authorization: `Bearer ${browser.jar.get('signet_token')}` },
    })
    assert.ok(response.body)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    assert.equal((await reader.read()).value, 'retry: 2000\n\n')
    return reader
  }

  test('is notified at every replica, once the change is committed, and pages of others are not', async () => {
    for (const { app } of [bank, replica]) {
      await until(
        () => app.revocationNotifications(),
        (state) => state === 'listening',
      )
    }
    const { customer, one, other } = await inTwoBrowsers()
    const stranger = await signIn(await newCustomer(bank))
    const [here, there, foreign] = [
      await openStream(bank, other),
      await openStream(replica, one),
      await openStream(bank, stranger),
    ]
    const userId = userIdOf(customer.token)
    const { sid } = (await one.send('GET', '/api/me')).json().data
    const source = { id: sid, userId, userAgent: '', address: '' }
    const rolledBack = bank.db.$transaction(async (transaction) => {
      await addNotice(transaction, source, 'passkey_removed')
      throw new Error('rolled back')
    })
    await assert.rejects(rolledBack, /rolled back/)
    await bank.db.$transaction((transaction) => addNotice(transaction, source, 'passkey_added'))
    for (const stream of [here, there]) assert.equal((await stream.read()).value, 'event: notice\ndata:\n\n')
    // The stranger's first event is the end of the session.
    await stranger.send('POST', '/api/logout')
    assert.match((await foreign.read()).value ?? '', /^event: ended/)
    await Promise.all([here, there, foreign].map((stream) => stream.cancel()))
  })
})
