import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { SoftwareAuthenticator } from '@signet/testing'
import { type Browser, openBrowser } from '../browser.js'
import { balanceOf, newCustomer } from '../customer.js'
import { fieldsOf } from '../fields-of.js'
import { BANK, claimsOf, jarOf, sharedBank, type TestBank, withClaims } from '../support.js'
import { passkeyOwner, RP_ID } from './owner.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

const asForm = (fields: Record<string, string>) => String(new URLSearchParams(fields))
/** The browser's user authenticated more than five minutes ago. */
function becomeStale({ jar }: Browser): void {
  const token = withClaims(jar.get('signet_token') ?? '', { auth_time: Math.floor(Date.now() / 1000) - 301 })
  for (const [name, value] of jarOf(token)) jar.set(name, value)
}

/** Posts a form of `/security` and returns the page that it leads to. */
async function post(browser: Browser, path: string, fields: Record<string, string>): Promise<string> {
  const answer = await browser.send('POST', path, asForm(fields))
  assert.equal(answer.statusCode, 303, answer.body.slice(0, 300))
  return (await browser.send('GET', String(answer.headers.location))).body
}

async function credentialFor(browser: Browser, url: string, authenticator: SoftwareAuthenticator, body?: object) {
  const { data } = (await browser.send('POST', url, body)).json()
  return JSON.stringify(authenticator.get(data))
}

describe('the security page', () => {
  test('adds the first passkey and shows recovery codes once', async () => {
    const { token } = await newCustomer(bank)
    const browser = openBrowser(bank.app, jarOf(token))
    const authenticator = new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID })
    const { data } = (await browser.send('POST', '/api/passkeys/options')).json()
    const fields = { name: 'Phone', credential: JSON.stringify(authenticator.create(data)) }
    const added = await browser.send('POST', '/security/passkeys', asForm(fields))
    assert.equal(added.statusCode, 200)
    assert.equal(added.body.match(/<code>[\w-]{19}<\/code>/g)?.length, 10)
    const page = (await browser.send('GET', '/security')).body
    assert.match(page, /Phone/)
    assert.doesNotMatch(page, /<code>[\w-]{19}<\/code>/)
    assert.match(await post(browser, '/security/passkeys', fields), /The passkey was not accepted\./, 'sent twice')
  })

  test('adds a further one without new codes, renames and removes it', async () => {
    const { browser } = await passkeyOwner(bank)
    const { data } = (await browser.send('POST', '/api/passkeys/options')).json()
    const credential = JSON.stringify(new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID }).create(data))
    assert.match(await post(browser, '/security/passkeys', { name: 'Key', credential }), /The passkey was added\./)
    const [, { id }] = (await browser.send('GET', '/api/passkeys')).json().data
    assert.match(await post(browser, '/security/passkeys/rename', { id, name: '' }), /Nothing was changed/)
    assert.match(await post(browser, '/security/passkeys/rename', { id, name: 'Blue key' }), /Blue key/)
    assert.match(await post(browser, '/security/passkeys/remove', { id }), /The passkey was removed\./)
  })

  test('offers no change long after the sign-in, until the user has confirmed with the password', async () => {
    const { browser, customer, passkeyId } = await passkeyOwner(bank)
    becomeStale(browser)
    const page = (await browser.send('GET', '/security')).body
    assert.match(page, /<h2 id="confirm">Confirm that it is you/)
    assert.doesNotMatch(page, /action="\/security\/passkeys(\/remove)?"/)
    const early = await post(browser, '/security/passkeys/remove', { id: passkeyId })
    assert.match(early, /Nothing was changed\. Confirm that it is you first\./)
    const wrong = await post(browser, '/security/confirm', { password: 'not this one at all' })
    assert.match(wrong, /The password is wrong\./)
    const right = await post(browser, '/security/confirm', { password: customer.password })
    assert.match(right, /action="\/security\/passkeys\/remove"/)
    assert.doesNotMatch(right, /id="confirm"/)
  })

  test('lets the passkey confirm, also without a password', async () => {
    const { browser, customer, authenticator } = await passkeyOwner(bank)
    assert.equal((await browser.send('DELETE', '/api/password')).statusCode, 200)
    becomeStale(browser)
    const page = (await browser.send('GET', '/security')).body
    assert.doesNotMatch(page, /type="password"/)
    const credential = await credentialFor(browser, '/api/reauthenticate/passkey/options', authenticator)
    assert.match(await post(browser, '/security/confirm', { credential }), /for five minutes\./)
    const claims = claimsOf(browser.jar.get('signet_token') ?? '')
    assert.deepEqual([claims.username, claims.amr], [customer.username, ['hwk', 'user']])
  })

  test('keeps the last way to sign in', async () => {
    const { browser, passkeyId } = await passkeyOwner(bank)
    assert.equal((await browser.send('DELETE', '/api/password')).statusCode, 200)
    assert.match(
      await post(browser, '/security/passkeys/remove', { id: passkeyId }),
      /Nothing was changed: keep a password/,
    )
    assert.equal((await browser.send('DELETE', `/api/passkeys/${passkeyId}`)).json().code, 'forbidden')
    assert.equal((await browser.send('GET', '/api/passkeys')).json().data.length, 1)
  })

  test('of two requests at once that each remove one of the last two ways, one is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { browser, passkeyId } = await passkeyOwner(bank)
      const answers = await Promise.all([
        browser.copy().send('DELETE', '/api/password'),
        browser.copy().send('DELETE', `/api/passkeys/${passkeyId}`),
      ])
      const refused = answers.filter(({ statusCode }) => statusCode !== 200)
      assert.equal(refused.length, 1, answers.map(({ body }) => body).join('\n'))
    }
  })
})

describe('the review of a large transfer', () => {
  async function review(amount = '1500.00') {
    const owner = await passkeyOwner(bank)
    const browser = owner.browser.copy()
    becomeStale(browser)
    const key = randomUUID()
    const typed = { key, from: owner.customer.checking.id, to: 'retirement', number: '', amount, memo: '' }
    const filled = await browser.send('POST', '/transfer/review', asForm(typed))
    const url = String(filled.headers.location)
    const { body } = await browser.send('GET', url)
    const [, committed = ''] = /data-body="([^"]+)"/.exec(body) ?? []
    return { ...owner, browser, url, body, fields: fieldsOf(body), committed: committed.replaceAll('&quot;', '"') }
  }

  test('is confirmed by a passkey for what it shows, and the receipt says so', async () => {
    const { browser, customer, authenticator, url, fields, committed, body } = await review()
    assert.match(body, /type="password"/, 'the password is the alternative')
    const options = '/api/reauthenticate/passkey/options'
    const credential = await credentialFor(browser, options, authenticator, JSON.parse(committed))
    const sent = await browser.send('POST', url, asForm({ ...fields, credential }))
    assert.equal(sent.statusCode, 303, sent.body)
    assert.equal(await balanceOf(bank, customer), 350_000)
    const receipt = (await browser.send('GET', String(sent.headers.location))).body
    assert.match(receipt, /<dt>Confirmed<\/dt><dd>With a passkey<\/dd>/)
    const token = claimsOf(browser.jar.get('signet_token') ?? '')
    assert.ok(Number(token.auth_time) < Date.now() / 1000 - 300, 'the session is as old as before')
  })

  test('refuses a passkey’s confirmation of another amount, and a wrong one', async () => {
    const { browser, customer, authenticator, url, fields, committed } = await review()
    const options = '/api/reauthenticate/passkey/options'
    const credential = await credentialFor(browser, options, authenticator, JSON.parse(committed))
    const changed = await browser.send('POST', url, asForm({ ...fields, amount: '1500.01', credential }))
    assert.equal(changed.statusCode, 403)
    assert.match(changed.body, /Your passkey confirmed another transfer\./)
    const again = await browser.send('POST', url, asForm({ ...fields, amount: '1500.01', credential }))
    assert.equal(again.statusCode, 401)
    assert.match(again.body, /This passkey was not accepted\./)
    assert.equal(await balanceOf(bank, customer), 500_000)
  })

  test('says on the receipt what confirmed it: the password, or that nothing had to', async () => {
    const { browser, customer, url, fields } = await review()
    const sent = await browser.send('POST', url, asForm({ ...fields, password: customer.password }))
    assert.match((await browser.send('GET', String(sent.headers.location))).body, /With your password/)
    const small = await review('5.00')
    const done = await small.browser.send('POST', small.url, asForm(small.fields))
    assert.match((await small.browser.send('GET', String(done.headers.location))).body, /Not needed/)
  })

  test('asks a user without a passkey for the password alone', async () => {
    const { browser, body, passkeyId, fields, url } = await review()
    assert.match(body, /Confirm with a passkey/)
    becomeStale(browser)
    await bank.db.passkey.deleteMany({ where: { id: passkeyId } })
    const again = await browser.send('POST', url, asForm(fields))
    assert.doesNotMatch(again.body, /Confirm with a passkey/)
    assert.match(again.body, /Enter your password\./)
  })
})
