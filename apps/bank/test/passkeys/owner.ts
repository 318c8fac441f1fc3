import assert from 'node:assert/strict'
import { type ResponseChanges, SoftwareAuthenticator } from '@signet/testing'
import type { LightMyRequestResponse } from 'fastify'
import { type Browser, openBrowser } from '../browser.js'
import { type Customer, newCustomer } from '../customer.js'
import { BANK, jarOf, type TestBank } from '../support.js'

export const RP_ID = 'signet.localhost'

export interface PasskeyOwner {
  readonly customer: Customer
  /** Signed in with the password a moment ago. */
  readonly browser: Browser
  readonly authenticator: SoftwareAuthenticator
  readonly passkeyId: string
}

/** A customer with a passkey. */
export async function passkeyOwner(bank: TestBank, isBackedUp = false): Promise<PasskeyOwner> {
  const customer = await newCustomer(bank)
  const browser = openBrowser(bank.app, jarOf(customer.token))
  const authenticator = new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID, isBackedUp })
  const added = await addPasskey(browser, authenticator)
  assert.equal(added.statusCode, 201, added.body)
  return { customer, browser, authenticator, passkeyId: added.json().data.id }
}

/** Registers the authenticator's credential by the API. */
export async function addPasskey(
  browser: Browser,
  authenticator: SoftwareAuthenticator,
  changes: Parameters<SoftwareAuthenticator['create']>[1] = {},
): Promise<LightMyRequestResponse> {
  const options = await browser.send('POST', '/api/passkeys/options')
  assert.equal(options.statusCode, 200, options.body)
  const credential = authenticator.create(options.json().data, changes)
  return browser.send('POST', '/api/passkeys', { name: 'Laptop', credential })
}

/** Requests the options of a login. */
export async function beginLogin(browser: Browser): Promise<{ challenge: string }> {
  const options = await browser.send('POST', '/api/login/passkey/options')
  assert.equal(options.statusCode, 200, options.body)
  return options.json().data
}

export async function signInWith(
  browser: Browser,
  authenticator: SoftwareAuthenticator,
  { strategy, ...changes }: ResponseChanges & { strategy?: string } = {},
): Promise<LightMyRequestResponse> {
  const credential = authenticator.get(await beginLogin(browser), changes)
  return browser.send('POST', '/api/login/passkey', { credential, ...(strategy ? { strategy } : {}) })
}
