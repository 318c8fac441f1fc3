import type { Page } from '@playwright/test'
import { addAuthenticator } from '../support/authenticator.js'
import { type Apps, expect, expectSignedIn, expectSignInPage, openAccount, signIn, test } from '../support/test.js'

async function signOut(page: Page, apps: Apps): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expectSignInPage(page, apps)
}

test('a user removes the password, signs in with the passkey, and sets a password again', async ({
  page,
  apps,
  person,
  complaints,
}) => {
  // The virtual authenticator would choose what the browser offers in the username field.
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false
  })
  await addAuthenticator(page)
  await openAccount(page, apps, person)
  await page.goto(`${apps.bank}/security`)
  await expect(page.getByRole('link', { name: 'Remove the password' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await page.getByRole('link', { name: 'Remove the password' }).click()
  await page.getByRole('button', { name: 'Remove the password' }).click()
  await expect(page.getByText('Your password has been removed')).toBeVisible()
  await expect(page.getByText('You sign in without a password.')).toBeVisible()

  await signOut(page, apps)
  await signIn(page, person)
  await expect(page.getByRole('alert')).toHaveText('Invalid username/password')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await expectSignedIn(page, person.name)

  await page.goto(`${apps.bank}/security`)
  await page.getByRole('button', { name: /^Remove Passkey/ }).click()
  await expect(page.getByText('keep a password, two passkeys, or a passkey and recovery codes')).toBeVisible()
  await page.getByRole('link', { name: 'Set a password' }).click()
  const password = `${person.password}, again`
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await expect(page.getByText('Your password has been changed')).toBeVisible()
  await signOut(page, apps)
  await signIn(page, { ...person, password })
  await expectSignedIn(page, person.name)
  // The removed password is answered 401.
  expect(complaints.splice(0)).toHaveLength(1)
})
