import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { SoftwareAuthenticator } from '@signet/testing'
import { openBrowser } from '../browser.js'
import { BANK, jarOf, sharedBank, type TestBank, withClaims } from '../support.js'
import { addPasskey, passkeyOwner, RP_ID, signInWith } from './owner.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

const another = () => new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID })
const codeOf = (answer: { statusCode: number; json(): { code?: string } }) => [answer.statusCode, answer.json().code]

describe('passkeys of a user', () => {
  test('are added, listed, renamed and removed', async () => {
    const { browser, passkeyId } = await passkeyOwner(bank)
    const [listed] = (await browser.send('GET', '/api/passkeys')).json().data
    assert.deepEqual(
      { ...listed, createdAt: undefined },
      {
        id: passkeyId,
        name: 'Laptop',
        backedUp: false,
        transports: ['internal'],
        createdAt: undefined,
        lastUsedAt: null,
      },
    )
    assert.equal(new Date(listed.createdAt).toISOString(), listed.createdAt)
    const url = `/api/passkeys/${passkeyId}`
    const renamed = await browser.send('PATCH', url, { name: '  Work laptop ' })
    assert.deepEqual([renamed.statusCode, renamed.json().data.name], [200, 'Work laptop'])
    assert.equal((await browser.send('GET', url)).json().data.name, 'Work laptop')
    assert.equal((await browser.send('DELETE', url)).statusCode, 200)
    assert.deepEqual(codeOf(await browser.send('GET', url)), [404, 'not_found'])
    assert.deepEqual((await browser.send('GET', '/api/passkeys')).json().data, [])
  })

  test('are requested from the authenticator as the bank needs them', async () => {
    const { browser, authenticator, customer } = await passkeyOwner(bank)
    const { data } = (await browser.send('POST', '/api/passkeys/options')).json()
    assert.deepEqual(data.rp, { id: RP_ID, name: 'Signet' })
    assert.equal(data.attestation, 'none')
    assert.equal(data.authenticatorSelection.userVerification, 'required')
    assert.equal(data.authenticatorSelection.residentKey, 'required')
    assert.deepEqual(
      data.excludeCredentials.map(({ id }: { id: string }) => id),
      [authenticator.credentialId],
    )
    assert.equal(data.user.name, customer.username)
    assert.equal(Buffer.from(data.challenge, 'base64url').length, 32)
  })

  test('need an authentication of the last five minutes to be added or removed, so a copied cookie cannot', async () => {
    const { browser, customer, passkeyId } = await passkeyOwner(bank)
    const stale = withClaims(customer.token, { auth_time: Math.floor(Date.now() / 1000) - 301 })
    const thief = openBrowser(bank.app, new Map([...browser.jar, ...jarOf(stale)]))
    const options = (await browser.send('POST', '/api/passkeys/options')).json().data
    const credential = another().create(options)
    for (const answer of [
      await thief.send('POST', '/api/passkeys/options'),
      await thief.send('POST', '/api/passkeys', { credential }),
      await thief.send('DELETE', `/api/passkeys/${passkeyId}`),
    ]) {
      assert.deepEqual(codeOf(answer), [403, 'reauthentication_required'])
    }
    assert.equal((await thief.send('GET', '/api/passkeys')).json().data.length, 1)
  })

  test('are the user’s alone', async () => {
    const { passkeyId, authenticator } = await passkeyOwner(bank)
    const { browser } = await passkeyOwner(bank)
    const url = `/api/passkeys/${passkeyId}`
    assert.deepEqual(codeOf(await browser.send('GET', url)), [404, 'not_found'])
    assert.deepEqual(codeOf(await browser.send('PATCH', url, { name: 'Mine' })), [404, 'not_found'])
    assert.deepEqual(codeOf(await browser.send('DELETE', url)), [404, 'not_found'])
    assert.deepEqual(codeOf(await browser.send('GET', '/api/passkeys/not-an-id')), [404, 'not_found'])
    assert.equal((await signInWith(openBrowser(bank.app), authenticator)).statusCode, 200, 'it is still there')
  })

  test('are registered once, also by another user', async () => {
    const { browser, authenticator } = await passkeyOwner(bank)
    const other = await passkeyOwner(bank)
    for (const each of [browser, other.browser]) {
      const again = await addPasskey(each, authenticator)
      assert.deepEqual(codeOf(again), [400, 'invalid_request'])
      assert.equal(again.json().error, 'This passkey is registered already.')
    }
  })

  test('are at most ten, also when requests run at once at two replicas', async () => {
    const replica = await sharedBank({})
    const { browser } = await passkeyOwner(bank)
    const begun = []
    for (let n = 0; n < 14; n += 1) {
      const options = (await browser.send('POST', '/api/passkeys/options')).json().data
      begun.push({ name: `Key ${n}`, credential: another().create(options) })
    }
    const answers = await Promise.all(
      begun.map((body, n) => (n % 2 ? browser : browser.copy(replica.app)).send('POST', '/api/passkeys', body)),
    )
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    assert.deepEqual(statuses, [...Array(9).fill(201), ...Array(5).fill(400)])
    assert.equal((await browser.send('GET', '/api/passkeys')).json().data.length, 10)
  })

  test('have a name that people can read', async () => {
    const { browser, passkeyId } = await passkeyOwner(bank)
    for (const name of ['', ' ', 'a\u202eb', 'two\nlines', 'x'.repeat(65)]) {
      assert.deepEqual(codeOf(await browser.send('PATCH', `/api/passkeys/${passkeyId}`, { name })), [
        400,
        'invalid_request',
      ])
    }
  })
})

describe('a registration is refused', () => {
  const REFUSED: ReadonlyArray<readonly [string, Parameters<SoftwareAuthenticator['create']>[1]]> = [
    ['of another origin', { origin: 'http://evil.localhost:3001' }],
    ['of the other app’s origin', { origin: 'http://retirement.signet.localhost:3002' }],
    ['for another relying party', { rpId: 'bank.signet.localhost' }],
    ['without user verification', { flags: 0x01 }],
    ['without user presence', { flags: 0x04 }],
    ['of the other ceremony', { type: 'webauthn.get' }],
    ['in a frame of another site', { more: { crossOrigin: true } }],
    ['with an algorithm that was not offered', { alg: -65535 }],
    ['with an attestation certificate', { fmt: 'packed' }],
    ['with an unknown attestation', { fmt: 'tpm' }],
    ['for another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
  ]
  for (const [what, changes] of REFUSED) {
    test(what, async () => {
      const { browser } = await passkeyOwner(bank)
      assert.deepEqual(codeOf(await addPasskey(browser, another(), changes)), [401, 'passkey_invalid'])
      assert.equal((await browser.send('GET', '/api/passkeys')).json().data.length, 1)
    })
  }

  test('with the challenge of another user or browser', async () => {
    const { browser } = await passkeyOwner(bank)
    const other = await passkeyOwner(bank)
    const options = (await other.browser.send('POST', '/api/passkeys/options')).json().data
    const stolen = await browser.send('POST', '/api/passkeys', { credential: another().create(options) })
    assert.deepEqual(codeOf(stolen), [401, 'passkey_invalid'])
    const elsewhere = (await browser.send('POST', '/api/passkeys/options')).json().data
    const copy = browser.copy()
    copy.jar.delete('signet_passkey')
    const planted = await copy.send('POST', '/api/passkeys', { credential: another().create(elsewhere) })
    assert.deepEqual(codeOf(planted), [401, 'passkey_invalid'])
  })

  test('before the user is signed in', async () => {
    const { statusCode } = await openBrowser(bank.app).send('POST', '/api/passkeys/options')
    assert.equal(statusCode, 401)
  })
})
