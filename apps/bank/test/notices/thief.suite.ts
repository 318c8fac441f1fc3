import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { SoftwareAuthenticator } from '@signet/testing'
import { type Browser, openBrowser } from '../browser.js'
import { newCustomer } from '../customer.js'
import { formsOf } from '../forms-of.js'
import { passkeyOwner, RP_ID } from '../passkeys/owner.js'
import { BANK, sharedBank, type TestBank } from '../support.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

const DISMISSAL = '/security/notices/dismiss'
const bannerOf = async (browser: Browser) => {
  const { body } = await browser.send('GET', '/')
  return body.slice(body.indexOf('<div id="security-notices"'), body.indexOf('<main'))
}
const dismissalOf = (banner: string) => {
  const found = formsOf(banner, '/').find(({ action }) => action === DISMISSAL)
  assert.ok(found, banner)
  return [...banner.matchAll(/name="notice" value="([^"]+)"/g)].map(([, id]) => `notice=${id}`).join('&')
}

async function signedIn() {
  const { username, password } = await newCustomer(bank)
  const browser = openBrowser(bank.app)
  await browser.send('POST', '/api/login', { username, password })
  return browser
}

describe('notices that a thief would hide', () => {
  test('are not dismissed with a copied token, whose page has no button for it', async () => {
    const owner = await signedIn()
    await owner.send('POST', '/api/recovery-codes')
    const dismissal = dismissalOf(await bannerOf(owner))
    const thief = owner.copy()
    thief.jar.delete('signet_recent')
    const banner = await bannerOf(thief)
    assert.match(banner, /href="\/security#confirm">Confirm that it is you<\/a> to dismiss this/)
    assert.doesNotMatch(banner, /<form/)
    const refused = await thief.send('POST', DISMISSAL, dismissal)
    assert.deepEqual(
      [refused.statusCode, refused.headers.location],
      [303, '/security?problem=reauthentication_required'],
    )
    assert.match(await bannerOf(owner), /New recovery codes were made/)
    await owner.send('POST', DISMISSAL, dismissal)
    assert.doesNotMatch(await bannerOf(owner), /New recovery codes were made/)
  })

  test('stay in view below many others: the newest of each kind, with their number, and dismissed together', async () => {
    const { browser } = await passkeyOwner(bank)
    for (let times = 0; times < 24; times += 1) await browser.send('POST', '/api/recovery-codes')
    const banner = await bannerOf(browser)
    assert.match(banner, /A passkey was added: <bdi>Laptop<\/bdi>/)
    assert.match(banner, /New recovery codes were made\.<\/strong> 25 times, most recently: /)
    assert.equal(banner.match(/<li>/g)?.length, 2)
    const { body } = await browser.send('GET', '/security')
    assert.match(body.slice(body.indexOf('id="sign-in-changes"')), /A passkey was added/)
    await browser.send('POST', DISMISSAL, dismissalOf(banner))
    assert.doesNotMatch(await bannerOf(browser), /<li>/)
  })

  test('name the passkey as it was then, and its name is text', async () => {
    const { browser, passkeyId } = await passkeyOwner(bank)
    const name = '<script>alert(1)</script>'
    const options = (await browser.send('POST', '/api/passkeys/options')).json().data
    const credential = new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID }).create(options)
    await browser.send('POST', '/api/passkeys', { name, credential })
    assert.match(await bannerOf(browser), /A passkey was added: <bdi>&lt;script>alert\(1\)&lt;\/script><\/bdi>/)
    await browser.send('PATCH', `/api/passkeys/${passkeyId}`, { name: 'Renamed' })
    await browser.send('DELETE', `/api/passkeys/${passkeyId}`)
    assert.match(await bannerOf(browser), /A passkey was removed: <bdi>Renamed<\/bdi>/)
    const { body } = await browser.send('GET', '/security')
    assert.match(body.slice(body.indexOf('id="sign-in-changes"')), /A passkey was added: <bdi>Laptop<\/bdi>/)
  })
})
