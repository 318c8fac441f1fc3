import type { Page } from '@playwright/test'
import { addAuthenticator, switchAutofillOff } from '../support/authenticator.js'
import { setPasswordAge } from '../support/database.js'
import { type Apps, askApi, expect, expectSignedIn, expectSignInPage, openAccount, test } from '../support/test.js'
import { expectTokenExpired, letTokenExpire } from '../support/token.js'
import { passkeyStep, TOUR, walkTour } from '../support/tour.js'
import { expectRightAnswer } from '../support/tour-pages.js'

const refusal = (page: Page) => page.getByText('Your passkey was not accepted.')

async function addPasskey(page: Page, apps: Apps, name = 'My laptop'): Promise<void> {
  await page.goto(`${apps.bank}/security`)
  await page.getByLabel('Name of the new passkey').fill(name)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await expect(page.getByRole('table', { name: 'Your passkeys' })).toContainText(name)
}

async function signOut(page: Page, apps: Apps): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expectSignInPage(page, apps)
}

const useAPasskey = (page: Page) => page.getByRole('button', { name: 'Use a passkey' }).click()

test('a user adds a passkey at the bank, and signs in at both apps without typing', async ({ page, apps, person }) => {
  await switchAutofillOff(page)
  await addAuthenticator(page)
  await openAccount(page, apps, person)
  await addPasskey(page, apps)
  await signOut(page, apps)
  await page.goto(`${apps.retirement}/?contributions=all`)
  await expectSignInPage(page, apps)
  await expect(page.getByLabel('Username')).toHaveAttribute('autocomplete', 'username webauthn')
  await useAPasskey(page)
  await expectSignedIn(page, person.name)
  expect(page.url()).toBe(`${apps.retirement}/?contributions=all`)
  await page.getByRole('link', { name: 'Bank', exact: true }).click()
  await expectSignedIn(page, person.name)
  await page.goto(apps.retirement)
  await page.getByText('Under the hood').click()
  await expect(page.getByText('a passkey that stays on one device')).toBeVisible()
})

test('the browser offers the passkey in the username field', async ({ page, apps, person }) => {
  const authenticator = await addAuthenticator(page)
  await openAccount(page, apps, person)
  await addPasskey(page, apps)
  await authenticator.setPresence(false)
  await signOut(page, apps)
  // Leaves the sign-in page first: the virtual authenticator chooses what a page offers, as soon as the user is present.
  await page.goto('about:blank')
  await authenticator.setPresence(true)
  const address = `${apps.bank}/sign-in?${new URLSearchParams({ return_to: `${apps.bank}/transfer` })}`
  // The passkey may sign in before the page has loaded.
  await page.goto(address, { waitUntil: 'commit' })
  await expect(page.getByRole('heading', { name: 'Transfer money' })).toBeVisible()
  await expectSignedIn(page, person.name)
})

test('a passkey that looks copied is refused, and the password remains', async ({ page, apps, person }) => {
  await switchAutofillOff(page)
  const authenticator = await addAuthenticator(page)
  await openAccount(page, apps, person)
  await addPasskey(page, apps)
  await signOut(page, apps)
  await useAPasskey(page)
  await expectSignedIn(page, person.name)
  const used = await authenticator.counter()
  expect(used).toBeGreaterThan(0)
  await signOut(page, apps)
  await authenticator.setCounter(used - 1)
  await useAPasskey(page)
  await expect(refusal(page)).toBeVisible()
  await page.getByLabel('Username').fill(person.username)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expectSignedIn(page, person.name)
})

test('a passkey is renamed and removed, and a removed one is refused', async ({ page, apps, person }) => {
  await switchAutofillOff(page)
  await addAuthenticator(page)
  await openAccount(page, apps, person)
  await addPasskey(page, apps)
  await page.locator('summary', { hasText: 'Rename' }).click()
  await page.getByLabel('New name').fill('Old laptop')
  await page.getByRole('button', { name: 'Rename' }).click()
  await expect(page.getByText('The passkey was renamed.')).toBeVisible()
  await page.getByRole('button', { name: 'Remove Old laptop' }).click()
  await expect(page.getByText('The passkey was removed.')).toBeVisible()
  await expect(page.getByText('You have no passkeys.')).toBeVisible()
  await signOut(page, apps)
  await useAPasskey(page)
  await expect(refusal(page)).toBeVisible()
})

test('a ceremony that the user cancels says so, and can be tried again', async ({ page, apps, person }) => {
  const authenticator = await addAuthenticator(page)
  await authenticator.setVerified(false)
  await openAccount(page, apps, person)
  await page.goto(`${apps.bank}/security`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByRole('alert')).toContainText('No passkey was used.')
  await authenticator.setVerified(true)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
})

test('a browser without passkeys shows no button, and the page says so', async ({ page, apps, person }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'PublicKeyCredential'))
  await openAccount(page, apps, person)
  await page.goto(`${apps.bank}/security`)
  await expect(page.getByText('This browser cannot create a passkey here.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Add a passkey' })).toHaveCount(0)
  await signOut(page, apps)
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Use a passkey' })).toHaveCount(0)
})

test('the tour draws a sign-in without a password', async ({ page, apps, person }) => {
  await switchAutofillOff(page)
  await addAuthenticator(page)
  await walkTour(page, { bankUrl: apps.bank, steps: [...TOUR, passkeyStep(person)], first: TOUR.length + 1 })
  await expect(page.getByRole('list', { name: 'Requests and responses' })).toContainText(
    'signature of the passkey correct',
  )
  await expectRightAnswer(page, TOUR.length + 1)
})

async function reviewLargeTransfer(page: Page, apps: Apps): Promise<void> {
  await page.goto(`${apps.bank}/transfer`)
  await page.getByRole('group', { name: 'To' }).getByLabel('My retirement plan').check()
  await page.getByLabel('Amount').fill('1,500.00')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('heading', { name: 'Review your transfer' })).toBeVisible()
}

/** Signs in as a customer with a passkey, and makes the bank believe that it was long ago. */
async function signedInLongAgo(page: Page, apps: Apps, username: string): Promise<void> {
  await addPasskey(page, apps)
  await setPasswordAge(username, 6)
  await page.context().clearCookies({ name: /_recent$/ })
  // The next token says so.
  await letTokenExpire(page, apps)
  await expectTokenExpired(page)
}

test('a large transfer is confirmed with the passkey, and the receipt says so', {
  tag: '@database',
}, async ({ page, apps, person, complaints }) => {
  await addAuthenticator(page)
  await openAccount(page, apps, person)
  await signedInLongAgo(page, apps, person.username)
  await reviewLargeTransfer(page, apps)
  await expect(page.getByLabel('Password')).toBeVisible()
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Settled' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('With a passkey')
  await page.goto(`${apps.bank}/security`)
  await expect(page.getByRole('heading', { name: 'Confirm that it is you' })).toBeVisible()
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click()
  await expect(page.getByRole('button', { name: 'Remove My laptop' })).toBeVisible()
  complaints.length = 0
})

test('an amount that is changed after the passkey has confirmed another is refused', {
  tag: '@database',
}, async ({ page, apps, person, complaints }) => {
  await addAuthenticator(page)
  await openAccount(page, apps, person)
  await signedInLongAgo(page, apps, person.username)
  await reviewLargeTransfer(page, apps)
  await page.route('**/review', async (route) => {
    const body = new URLSearchParams(route.request().postData() ?? '')
    body.set('amount', '2,500.00')
    await route.continue({ postData: String(body) })
  })
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click()
  await expect(page.getByRole('alert')).toContainText('Your passkey confirmed another transfer.')
  await page.unroute('**/review')
  const [checking] = (await askApi(page, '/api/accounts')).body.data
  expect(checking.balance).toBe(500_000)
  await expect(page.getByRole('main')).toContainText('$2,500.00')
  complaints.length = 0
})
