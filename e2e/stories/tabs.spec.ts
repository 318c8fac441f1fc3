// Open pages, in the same browser and on other devices, when the user signs out or another user signs in.
import type { BrowserContext, Page } from '@playwright/test'
import { postWithCookies } from '../support/api.js'
import { ownDefaults } from '../support/own-defaults.js'
import {
  type Apps,
  addCustomer,
  expect,
  expectSignedIn,
  expectSignInPage,
  ignoreRefusals,
  openAccount,
  type Person,
  signInByApi,
  test,
} from '../support/test.js'

const SIGNED_OUT = 'You are signed out'

/** Two tabs of each app, at pages with the user's data. */
async function openTabs(context: BrowserContext, apps: Apps, person: Person): Promise<Page[]> {
  const tabs: Page[] = []
  for (const path of [apps.bank, `${apps.bank}/security`, apps.retirement, `${apps.retirement}/token`]) {
    const tab = await context.newPage()
    await tab.goto(path)
    await expectSignedIn(tab, person.name)
    tabs.push(tab)
  }
  return tabs
}

test.use(ownDefaults)
test.afterEach(({ complaints }) => ignoreRefusals(complaints))

async function expectHidden(tab: Page, person: Person, notice: string): Promise<void> {
  await expect(tab.getByText(notice)).toBeVisible()
  await expect(tab.getByText(person.name, { exact: true }).filter({ visible: true })).toHaveCount(0)
  await expect(tab.getByRole('main')).toBeHidden()
  await expect(tab.getByRole('navigation')).toHaveCount(0)
}

for (const app of ['bank', 'retirement'] as const) {
  test(`a sign-out at ${app} hides every open page of both apps`, async ({ page, apps, person, context }) => {
    await openAccount(page, apps, person)
    const tabs = await openTabs(context, apps, person)
    await page.goto(apps[app])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expectSignInPage(page, apps)
    for (const tab of tabs) await expectHidden(tab, person, SIGNED_OUT)
    const [tab] = tabs
    await tab?.getByRole('link', { name: 'Sign in again' }).click()
    await expectSignInPage(tab as Page, apps)
  })
}

test('a sign-out on another device hides a visible page', async ({ page, apps, person, browser }) => {
  await openAccount(page, apps, person)
  const device = await browser.newContext()
  const elsewhere = await device.newPage()
  await signInByApi(elsewhere, apps, person)
  for (const path of [apps.bank, apps.retirement]) {
    await signInByApi(page, apps, person)
    await page.goto(path)
    await expectSignedIn(page, person.name)
    await postWithCookies(device, `${apps.bank}/security/end-others`)
    await expectHidden(page, person, SIGNED_OUT)
  }
  await device.close()
})

test('a page opened by another user shows who is signed in now', async ({ page, apps, person, context }) => {
  const other: Person = { ...person, username: `${person.username}-2`, name: `Other ${person.name}` }
  await addCustomer(apps, other)
  await openAccount(page, apps, person)
  const tabs = await openTabs(context, apps, person)
  await page.goto(apps.bank)
  await signInByApi(page, apps, other)
  for (const tab of tabs) {
    await expectHidden(tab, person, 'Another user has signed in')
    await expect(tab.getByText(`${other.name} is signed in to this browser now`)).toBeVisible()
  }
  const [tab] = tabs
  await tab?.getByRole('link', { name: 'Reload the page' }).click()
  await expectSignedIn(tab as Page, other.name)
})

test('what was typed is kept for the user who signs in again', async ({ page, apps, person, context }) => {
  await openAccount(page, apps, person)
  await page.goto(`${apps.bank}/transfer?to=retirement`)
  await page.getByLabel('Amount').fill('12.34')
  const other = await context.newPage()
  await other.goto(apps.bank)
  await other.getByRole('button', { name: 'Sign out' }).click()
  await expectHidden(page, person, SIGNED_OUT)
  const opened = context.waitForEvent('page')
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await (await opened).close()
  await signInByApi(page, apps, person)
  await expectSignedIn(page, person.name)
  await expect(page.getByLabel('Amount')).toHaveValue('12.34')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('heading', { name: 'Review your transfer' })).toBeVisible()
})

test('a hidden page holds no event stream', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  const opened = page.waitForRequest('**/api/session/events')
  await page.goto(apps.bank)
  const request = await opened
  const closed = page.waitForEvent('requestfailed', (failed) => failed === request)
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await closed
})
