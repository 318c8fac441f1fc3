import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { createBankDatabase } from '@signet/bank-database'
import { ownerUrlOf } from '@signet/testing'
import { commitmentOf, requestHash } from '../../src/transfers/rules.js'
import { type Browser, openBrowser } from '../browser.js'
import { balanceOf, type Customer, newCustomer } from '../customer.js'
import { claimsOf, jarOf, sharedBank, type TestBank, withClaims } from '../support.js'
import { type PasskeyOwner, passkeyOwner } from './owner.js'

const LIMIT = 100_000
const NEEDED = 'reauthentication_required'

let bank: TestBank
let payee: Customer
before(async () => {
  bank = await sharedBank()
  payee = await newCustomer(bank)
})

interface Payer extends PasskeyOwner {
  /** Signed in more than five minutes ago. */
  readonly browser: Browser
  readonly transfer: { from: string; to: string; amount: number; memo: string }
}

async function newPayer(): Promise<Payer> {
  const owner = await passkeyOwner(bank)
  const stale = withClaims(owner.customer.token, { auth_time: Math.floor(Date.now() / 1000) - 301 })
  const browser = openBrowser(bank.app, new Map([...owner.browser.jar, ...jarOf(stale)]))
  const transfer = { from: owner.customer.checking.id, to: payee.checking.number, amount: LIMIT + 1, memo: 'rent' }
  return { ...owner, browser, transfer }
}

const order = (browser: Browser, transfer: object, key: string) =>
  browser.send('POST', '/api/transfers', transfer, { 'idempotency-key': key })
const codeOf = (answer: { statusCode: number; json(): { code?: string } }) =>
  answer.statusCode < 300 ? answer.statusCode : answer.json().code

/** Confirms with the passkey, for everything or for one transfer. */
async function confirm({ browser, authenticator }: Payer, body?: object) {
  const options = await browser.send('POST', '/api/reauthenticate/passkey/options', body)
  assert.equal(options.statusCode, 200, options.body)
  const credential = authenticator.get(options.json().data)
  return browser.send('POST', '/api/reauthenticate/passkey', { credential })
}

function storedConfirmations({ customer, transfer }: Payer, key: string): Promise<number> {
  const hash = requestHash({ ...transfer, amountMinor: transfer.amount })
  const commitment = commitmentOf(String(claimsOf(customer.token).sub), key, hash)
  return bank.db.transferConfirmation.count({ where: { commitment } })
}

describe('a re-authentication with a passkey', () => {
  test('returns a token with a new auth_time in the same session, which says how', async () => {
    const payer = await newPayer()
    const answer = await confirm(payer)
    const { sid, amr, auth_time: authTime } = claimsOf(answer.json().data)
    assert.deepEqual([sid, amr], [claimsOf(payer.customer.token).sid, ['hwk', 'user']])
    assert.ok(Number(authTime) > Number(claimsOf(payer.customer.token).auth_time) - 60)
    assert.equal(codeOf(await order(payer.browser, payer.transfer, randomUUID())), 201)
  })

  test('is requested for the passkeys of the user alone', async () => {
    const { browser, authenticator } = await newPayer()
    const { data } = (await browser.send('POST', '/api/reauthenticate/passkey/options')).json()
    assert.deepEqual(
      data.allowCredentials.map(({ id }: { id: string }) => id),
      [authenticator.credentialId],
    )
    assert.equal(data.userVerification, 'required')
  })

  test('with the passkey of another user, or for the session of another, is refused', async () => {
    const payer = await newPayer()
    const other = await newPayer()
    const { data } = (await payer.browser.send('POST', '/api/reauthenticate/passkey/options')).json()
    const foreign = { credential: other.authenticator.get(data) }
    assert.equal(codeOf(await payer.browser.send('POST', '/api/reauthenticate/passkey', foreign)), 'passkey_invalid')
    const options = (await payer.browser.send('POST', '/api/reauthenticate/passkey/options')).json()
    const moved = openBrowser(bank.app, new Map([...payer.browser.jar]))
    moved.jar.set('signet_token', other.customer.token)
    const credential = payer.authenticator.get(options.data)
    assert.equal(codeOf(await moved.send('POST', '/api/reauthenticate/passkey', { credential })), 'passkey_invalid')
  })

  test('with the challenge of a login is refused', async () => {
    const { browser, authenticator } = await newPayer()
    const { data } = (await browser.send('POST', '/api/login/passkey/options')).json()
    const credential = authenticator.get(data)
    assert.equal(codeOf(await browser.send('POST', '/api/reauthenticate/passkey', { credential })), 'passkey_invalid')
  })

  test('does not confirm after the session has ended', async () => {
    const { browser, authenticator } = await newPayer()
    const { data } = (await browser.send('POST', '/api/reauthenticate/passkey/options')).json()
    const copy = browser.copy()
    await browser.send('POST', '/api/logout')
    const credential = authenticator.get(data)
    assert.equal(codeOf(await copy.send('POST', '/api/reauthenticate/passkey', { credential })), 'token_revoked')
  })
})

describe('a passkey that confirms a transfer', () => {
  test('confirms it, and gives no authentication for anything else', async () => {
    const payer = await newPayer()
    const { browser, transfer } = payer
    const idempotencyKey = randomUUID()
    assert.equal(codeOf(await order(browser, transfer, idempotencyKey)), NEEDED)
    const token = browser.jar.get('signet_token')
    const confirmed = await confirm(payer, { transfer, idempotencyKey })
    assert.deepEqual(confirmed.json(), { status: 'ok', data: null })
    assert.equal(browser.jar.get('signet_token'), token)
    assert.equal(codeOf(await order(browser, transfer, randomUUID())), NEEDED, 'under another key')
    assert.equal(codeOf(await browser.send('POST', '/api/passkeys/options')), NEEDED)
    assert.equal(await storedConfirmations(payer, idempotencyKey), 1)
    assert.equal(codeOf(await order(browser, transfer, idempotencyKey)), 201)
    assert.equal(await storedConfirmations(payer, idempotencyKey), 0)
    assert.equal(codeOf(await order(browser, transfer, idempotencyKey)), 201, 'a repetition gets the first response')
    assert.equal(await balanceOf(bank, payer.customer), 500_000 - transfer.amount, 'and moves nothing')
    assert.equal(codeOf(await order(browser, transfer, randomUUID())), NEEDED, 'it is used up')
  })

  const CHANGES: ReadonlyArray<readonly [string, (payer: Payer, other: Customer) => object]> = [
    ['amount', () => ({ amount: LIMIT + 2 })],
    ['recipient', (_payer, other) => ({ to: other.checking.number })],
    ['recipient’s spelling', () => ({ to: payee.checking.id })],
    ['account', ({ customer }) => ({ from: customer.savings.id })],
    ['memo', () => ({ memo: 'rent, changed' })],
    ['kind', () => ({ to: 'retirement' })],
  ]
  for (const [what, change] of CHANGES) {
    test(`does not confirm a transfer with another ${what}`, async () => {
      const payer = await newPayer()
      const idempotencyKey = randomUUID()
      const { customer, browser, transfer } = payer
      const half = { from: customer.checking.id, to: customer.savings.id, amount: 200_000 }
      assert.equal(codeOf(await order(browser, half, randomUUID())), 201)
      await confirm(payer, { transfer, idempotencyKey })
      const changed = { ...transfer, ...change(payer, await newCustomer(bank)) }
      assert.equal(codeOf(await order(browser, changed, idempotencyKey)), NEEDED)
      assert.equal(codeOf(await order(browser, transfer, idempotencyKey)), 201)
    })
  }

  test('does not confirm the same transfer of another user', async () => {
    const payer = await newPayer()
    const thief = await newPayer()
    const idempotencyKey = randomUUID()
    await confirm(payer, { transfer: thief.transfer, idempotencyKey })
    assert.equal(codeOf(await order(thief.browser, thief.transfer, idempotencyKey)), NEEDED)
  })

  test('confirms for five minutes', async () => {
    const payer = await newPayer()
    const idempotencyKey = randomUUID()
    await confirm(payer, { transfer: payer.transfer, idempotencyKey })
    const owner = createBankDatabase(ownerUrlOf(bank.databaseUrl))
    const late = await owner.transferConfirmation.updateMany({
      where: { expiresAt: { gt: new Date() } },
      data: { expiresAt: new Date(0) },
    })
    await owner.$disconnect()
    assert.ok(late.count > 0)
    assert.equal(codeOf(await order(payer.browser, payer.transfer, idempotencyKey)), NEEDED)
  })

  test('of a transfer that is refused stays', async () => {
    const payer = await newPayer()
    const { browser, customer } = payer
    const transfer = { ...payer.transfer, amount: 500_001 }
    const idempotencyKey = randomUUID()
    await confirm(payer, { transfer, idempotencyKey })
    assert.equal(codeOf(await order(browser, transfer, idempotencyKey)), 'insufficient_funds')
    const gift = { from: payee.checking.id, to: customer.checking.id, amount: 1 }
    const friend = openBrowser(bank.app, new Map([['signet_token', payee.token]]))
    assert.equal(codeOf(await order(friend, gift, randomUUID())), 201)
    assert.equal(codeOf(await order(browser, transfer, idempotencyKey)), 201)
  })

  test('does not count towards the limit, and one at a time is used', async () => {
    const payer = await newPayer()
    const { browser, transfer } = payer
    const idempotencyKey = randomUUID()
    await confirm(payer, { transfer, idempotencyKey })
    const answers = await Promise.all([1, 2, 3].map(() => order(browser, transfer, idempotencyKey)))
    assert.deepEqual(answers.map(codeOf), [201, 201, 201])
    assert.equal(new Set(answers.map((answer) => answer.json().data.id)).size, 1)
    const small = { ...transfer, amount: LIMIT }
    assert.equal(codeOf(await order(browser, small, randomUUID())), 201)
    assert.equal(codeOf(await order(browser, { ...transfer, amount: 1 }, randomUUID())), NEEDED)
  })

  test('needs the transfer and its key, or neither', async () => {
    const { browser, transfer } = await newPayer()
    for (const body of [{ transfer }, { idempotencyKey: 'a' }, { transfer, idempotencyKey: '' }, { transfer: {} }]) {
      const answer = await browser.send('POST', '/api/reauthenticate/passkey/options', body)
      assert.equal(codeOf(answer), 'invalid_request', JSON.stringify(body))
    }
  })
})
