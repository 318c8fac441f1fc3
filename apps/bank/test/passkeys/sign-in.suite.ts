import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { SoftwareAuthenticator, until } from '@signet/testing'
import { openBrowser } from '../browser.js'
import {
  ada,
  assertSignInCookies,
  BANK,
  bankWithoutDemo,
  buildTestBank,
  claimsOf,
  RETIREMENT,
  sharedBank,
  type TestBank,
} from '../support.js'
import { addPasskey, beginLogin, passkeyOwner, RP_ID, signInWith } from './owner.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

describe('a sign-in with a passkey', () => {
  test('needs no username, and sets the cookies of a sign-in with a password', async () => {
    const { customer, authenticator } = await passkeyOwner(bank)
    const browser = openBrowser(bank.app)
    const answer = await signInWith(browser, authenticator)
    assert.equal(answer.statusCode, 200, answer.body)
    const token = answer.json().data
    assertSignInCookies(answer, token)
    const { username, amr, auth_time: authTime } = claimsOf(token)
    assert.deepEqual([username, amr], [customer.username, ['hwk', 'user']])
    assert.ok(Math.abs(Number(authTime) - Date.now() / 1000) < 60)
    assert.equal((await browser.send('GET', '/api/me')).json().data.username, customer.username)
    const [{ lastUsedAt }] = (await browser.send('GET', '/api/passkeys')).json().data
    assert.ok(lastUsedAt)
  })

  test('says swk for a passkey that a password manager has a copy of', async () => {
    const { authenticator } = await passkeyOwner(bank, true)
    const answer = await signInWith(openBrowser(bank.app), authenticator)
    assert.deepEqual(claimsOf(answer.json().data).amr, ['swk', 'user'])
  })

  test('keeps how the user signed in when the session is renewed or replaced', async () => {
    const { authenticator } = await passkeyOwner(bank)
    const browser = openBrowser(bank.app)
    await signInWith(browser, authenticator)
    for (const [method, url] of [
      ['POST', '/api/token/refresh'],
      ['DELETE', '/api/sessions'],
    ] as const) {
      assert.equal((await browser.send(method, url)).statusCode, 200, url)
      assert.deepEqual(claimsOf(browser.jar.get('signet_token') ?? '').amr, ['hwk', 'user'], url)
    }
  })

  for (const strategy of ['session', 'shared-session']) {
    test(`works with the strategy ${strategy}`, async () => {
      const { customer, authenticator } = await passkeyOwner(bank)
      const browser = openBrowser(bank.app)
      const answer = await signInWith(browser, authenticator, { strategy })
      assert.deepEqual(answer.json(), { status: 'ok', data: null })
      const { data } = (await browser.send('GET', '/api/me')).json()
      assert.deepEqual([data.username, data.strategy], [customer.username, strategy])
    })
  }

  test('revokes the earlier session of the browser', async () => {
    const { customer, browser, authenticator } = await passkeyOwner(bank)
    const copy = openBrowser(bank.app, new Map([['signet_token', customer.token]]))
    await signInWith(browser, authenticator)
    assert.equal((await copy.send('GET', '/api/me')).json().code, 'token_revoked')
  })

  test('works at another replica than the one that made the challenge', async () => {
    const replica = await sharedBank({})
    const { authenticator } = await passkeyOwner(bank)
    const browser = openBrowser(bank.app)
    const credential = authenticator.get(await beginLogin(browser))
    const answer = await browser.copy(replica.app).send('POST', '/api/login/passkey', { credential })
    assert.equal(answer.statusCode, 200, answer.body)
  })

  test('of two responses to one challenge at once signs in once', async () => {
    const { authenticator } = await passkeyOwner(bank)
    const browser = openBrowser(bank.app)
    const options = await beginLogin(browser)
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => {
        const credential = authenticator.get(options)
        return browser.copy().send('POST', '/api/login/passkey', { credential })
      }),
    )
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 401, 401, 401])
  })

  test('of two passkeys with one counter at once signs in once', async () => {
    const { authenticator } = await passkeyOwner(bank)
    const browsers = [1, 2, 3, 4].map(() => openBrowser(bank.app))
    const answers = await Promise.all(browsers.map((browser) => signInWith(browser, authenticator, { counter: 9 })))
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 401, 401, 401])
  })

  test('works again and again with an authenticator that does not count', async () => {
    const { authenticator } = await passkeyOwner(bank)
    for (let times = 0; times < 3; times += 1) {
      const answer = await signInWith(openBrowser(bank.app), authenticator, { counter: 0 })
      assert.equal(answer.statusCode, 200, answer.body)
    }
  })

  test('from the page leads to where the user wanted to go, and otherwise home', async () => {
    const { authenticator } = await passkeyOwner(bank)
    for (const [returnTo, target] of [
      [`${RETIREMENT}/?a=1`, `${RETIREMENT}/?a=1`],
      ['https://evil.example/', 'http://bank.signet.localhost:3001/'],
    ] as const) {
      const browser = openBrowser(bank.app)
      const credential = JSON.stringify(authenticator.get(await beginLogin(browser)))
      const form = String(new URLSearchParams({ credential, return_to: returnTo, strategy: 'jwt' }))
      const answer = await browser.send('POST', '/sign-in/passkey', form)
      assert.deepEqual([answer.statusCode, answer.headers.location], [303, target])
      assert.ok(browser.jar.has('signet_token'))
    }
  })

  test('from the page that is refused leads back to it, with the reason and the target', async () => {
    const { authenticator } = await passkeyOwner(bank)
    const browser = openBrowser(bank.app)
    const refused = authenticator.get(await beginLogin(browser), { flags: 0 })
    for (const credential of [JSON.stringify(refused), 'not JSON', '']) {
      const form = String(new URLSearchParams({ credential, return_to: `${RETIREMENT}/` }))
      const { statusCode, headers } = await browser.send('POST', '/sign-in/passkey', form)
      assert.equal(statusCode, 303)
      const { body } = await browser.send('GET', String(headers.location))
      assert.match(body, /Your passkey was not accepted\./)
      assert.ok(body.includes(`value="${RETIREMENT}/"`))
    }
  })

  test('counts failures apart from wrong passwords, in both directions', async () => {
    const limited = await sharedBank({ LOGIN_RATE_LIMIT: '3' })
    const { customer, authenticator } = await passkeyOwner(bank)
    const browser = openBrowser(limited.app)
    const outcomes = []
    for (let times = 0; times < 4; times += 1) {
      outcomes.push((await signInWith(browser, authenticator, { flags: 0x01 })).json().code)
    }
    assert.deepEqual(outcomes, ['passkey_invalid', 'passkey_invalid', 'passkey_invalid', 'rate_limited'])
    const right = await signInWith(browser, authenticator)
    assert.deepEqual([right.statusCode, right.json().code], [429, 'rate_limited'])
    assert.ok(Number(right.headers['retry-after']) > 0)
    const { username, password } = customer
    const login = await openBrowser(limited.app).send('POST', '/api/login', { username, password })
    assert.equal(login.statusCode, 200, 'the password has counters of its own')
  })

  test('works after another client has used up the attempts at the password', async () => {
    const limited = await sharedBank({ LOGIN_RATE_LIMIT: '3' })
    const { customer, authenticator } = await passkeyOwner(bank)
    const attempt = { username: customer.username, password: 'not the password' }
    const outcomes = []
    for (let times = 0; times < 4; times += 1) {
      outcomes.push((await openBrowser(limited.app).send('POST', '/api/login', attempt)).statusCode)
    }
    assert.deepEqual(outcomes, [401, 401, 401, 429])
    assert.equal((await signInWith(openBrowser(limited.app), authenticator)).statusCode, 200)
  })

  test('whose passkey is removed while it is verified creates no session', async () => {
    const { customer, browser, authenticator, passkeyId } = await passkeyOwner(bank)
    const userId = String(claimsOf(customer.token).sub)
    const login = openBrowser(bank.app)
    const credential = authenticator.get(await beginLogin(login))
    const attempt = await bank.db.$transaction(
      async (transaction) => {
        await transaction.$executeRaw`LOCK TABLE sessions IN SHARE MODE`
        const attempt = login.send('POST', '/api/login/passkey', { credential })
        await until(
          () => bank.db.$queryRaw<unknown[]>`
            SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO%sessions%'`,
          (rows) => rows.length > 0,
        )
        assert.equal((await browser.send('DELETE', `/api/passkeys/${passkeyId}`)).statusCode, 200)
        return { attempt }
      },
      { timeout: 60_000 },
    )
    const answer = await attempt.attempt
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'passkey_invalid'])
    assert.equal(await bank.db.session.count({ where: { userId, endedAt: null } }), 1, 'the one of the registration')
  })

  test('of a user without access is refused as an unknown passkey', async () => {
    const closed = await bankWithoutDemo()
    const { app } = await buildTestBank(closed.databaseUrl)
    const browser = openBrowser(app)
    await browser.send('POST', '/api/login', { username: ada.username, password: ada.password })
    const authenticator = new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID })
    assert.equal((await addPasskey(browser, authenticator)).statusCode, 201)
    assert.equal((await signInWith(openBrowser(app), authenticator)).statusCode, 200)
    await app.close()
    const refused = await signInWith(openBrowser(closed.app), authenticator)
    assert.deepEqual([refused.statusCode, refused.json().code], [401, 'passkey_invalid'])
  })
})
