import type { Page } from '@playwright/test'
import { type Apps, askApi, expect, expectSignedIn, openAccount, type Person, test } from '../support/test.js'

async function signInBy(page: Page, apps: Apps, person: Person, approach: RegExp) {
  await page.context().clearCookies()
  await page.goto(`${apps.bank}/sign-in`)
  await page.getByLabel('Username').fill(person.username)
  await page.getByLabel('Password').fill(person.password)
  await page.getByText('Compare approaches').click()
  await page.getByRole('group', { name: 'Remember me with' }).getByLabel(approach).check()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(`${apps.bank}/`)
  await expectSignedIn(page, person.name)
}

const strategyAt = async (page: Page) => (await askApi(page, '/api/me')).body.data.strategy

test('a session in one server’s memory does not travel, and the sign-in page says why @one-process', async ({
  page,
  apps,
  person,
}) => {
  await openAccount(page, apps, person)
  await signInBy(page, apps, person, /memory/)
  expect(await strategyAt(page)).toBe('session')
  await page.getByRole('link', { name: 'Retirement' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expect(page.getByText('does not know it')).toBeVisible()
  // Signed in again, with a token this time, the person arrives where they were going.
  await page.getByLabel('Username').fill(person.username)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(`${apps.retirement}/`)
  await expectSignedIn(page, person.name)
})

test('a session in the shared store is known to both apps, and ends at both', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await signInBy(page, apps, person, /shared store/)
  await page.getByRole('link', { name: 'Retirement' }).click()
  await expect(page).toHaveURL(`${apps.retirement}/`)
  await expectSignedIn(page, person.name)
  expect(await strategyAt(page)).toBe('shared-session')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('You are signed out of every app.')).toBeVisible()
  await page.goto(apps.bank)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})
