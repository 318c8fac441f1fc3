// Changes of how a user signs in, seen by the user's other browser.
import type { Browser, Page } from '@playwright/test'
import { expectAccessible } from '../support/accessibility.js'
import { expectFormsNameUser } from '../support/form-user.js'
import { expectNoSidewaysScroll } from '../support/sideways.js'
import {
  type Apps,
  expect,
  expectSignedIn,
  expectSignInPage,
  ignoreRefusals,
  openAccount,
  type Person,
  signIn,
  signInByApi,
  test,
} from '../support/test.js'

/** Colors in transition have no contrast to measure. */
const CALM = { colorScheme: 'light', reducedMotion: 'reduce' } as const

test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } })
test.afterEach(({ complaints }) => ignoreRefusals(complaints))

async function onAnotherDevice(browser: Browser, apps: Apps, person: Person): Promise<Page> {
  const page = await (await browser.newContext(CALM)).newPage()
  await signInByApi(page, apps, person)
  await page.goto(apps.bank)
  await expectSignedIn(page, person.name)
  return page
}

/** Makes codes on the security page, and returns them. */
async function makeCodes(page: Page, apps: Apps): Promise<string[]> {
  await page.goto(`${apps.bank}/security`)
  await page.getByRole('link', { name: 'Make new codes' }).click()
  await page.getByRole('button', { name: 'Make new codes' }).click()
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
  const codes = await page.getByRole('listitem').locator('code').allInnerTexts()
  expect(codes.length).toBe(10)
  return codes
}

async function signInWithCode(page: Page, { username }: Person, code: string): Promise<void> {
  await page.getByRole('link', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Username').fill(username)
  await page.getByRole('textbox', { name: 'Recovery code' }).fill(code)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('a user who lost the password signs in with a recovery code, once, and sets a new password', async ({
  page,
  apps,
  person,
  complaints,
}) => {
  await openAccount(page, apps, person)
  const [code = ''] = await makeCodes(page, apps)
  await page.getByRole('link', { name: 'I have kept them' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.goto(`${apps.retirement}/?contributions=all`)
  await expectSignInPage(page, apps)
  await signInWithCode(page, person, code.toUpperCase())
  await expect(page).toHaveURL(`${apps.retirement}/?contributions=all`)
  await expectSignedIn(page, person.name)

  await page.goto(`${apps.bank}/security`)
  await expect(page.getByText('9 of 10 codes are unused')).toBeVisible()
  await page.getByRole('link', { name: 'Change the password' }).click()
  const password = `${person.password}, again`
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await expect(page.getByText('Your password has been changed')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await signInWithCode(page, person, code)
  await expect(page.getByRole('alert')).toHaveText(/Invalid username or recovery code/)
  await page.getByRole('link', { name: 'Sign in with a password' }).click()
  await signIn(page, { ...person, password })
  await expectSignedIn(page, person.name)
  // The used code is answered 401, and the browser says so.
  expect(complaints.splice(0)).toHaveLength(1)
})

test('an open page on another device shows at once that new codes were made, until it is dismissed there', async ({
  page,
  apps,
  person,
  browser,
}) => {
  await openAccount(page, apps, person)
  const elsewhere = await onAnotherDevice(browser, apps, person)
  const opened = elsewhere.waitForResponse('**/api/session/events')
  await elsewhere.goto(`${apps.bank}/transfer`)
  await opened
  await elsewhere.getByLabel('Amount').fill('12.34')
  await makeCodes(page, apps)
  const notice = elsewhere.getByText('New recovery codes were made.')
  await expect(notice).toBeVisible()
  await expect(elsewhere.getByLabel('Amount')).toHaveValue('12.34')
  // Dismissing it would leave the page that shows the codes.
  await expect(page.getByText('New recovery codes were made.')).toHaveCount(0)
  await expectAccessible(elsewhere, 'a notice')
  await expectNoSidewaysScroll(elsewhere, 'a notice')
  await expectFormsNameUser(elsewhere, 'a notice')
  await elsewhere.getByRole('button', { name: 'Dismiss' }).click()
  await expect(elsewhere).toHaveURL(`${apps.bank}/transfer`)
  await expect(notice).toHaveCount(0)
  await elsewhere.goto(`${apps.bank}/security`)
  await expect(elsewhere.getByRole('table', { name: 'Changes to your sign-in' })).toContainText('New recovery codes')
  await elsewhere.context().close()
})

test('a changed password signs out every other device, and the next login there says what happened', async ({
  page,
  apps,
  person,
  browser,
  complaints,
}) => {
  await openAccount(page, apps, person)
  const elsewhere = await onAnotherDevice(browser, apps, person)
  await page.goto(`${apps.bank}/security`)
  await page.getByRole('link', { name: 'Change the password' }).click()
  const fill = async (current: string, next: string) => {
    await page.getByLabel('Current password').fill(current)
    await page.getByLabel('New password').fill(next)
    await page.getByRole('button', { name: 'Change the password' }).click()
  }
  const password = `${person.password}, again`
  await fill('difference-engine', password)
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(/wrong/)
  await fill(person.password, 'passwordpassword')
  await expect(page.getByLabel('New password')).toHaveAccessibleDescription(/easy to guess/)
  await fill(person.password, password)
  await expect(page.getByText('Your password has been changed')).toBeVisible()
  await expect(elsewhere.getByText('You are signed out')).toBeVisible()
  await elsewhere.goto(apps.bank)
  await signIn(elsewhere, { ...person, password })
  await expect(elsewhere.getByText('Your password was changed.')).toBeVisible()
  await elsewhere.context().close()
  // 401 and 400 for the refused ones.
  expect(complaints.splice(0)).toHaveLength(2)
})

test('the page with new codes is readable on a phone, by a screen reader and on paper', async ({
  page,
  apps,
  person,
}) => {
  await openAccount(page, apps, person)
  const [code = ''] = await makeCodes(page, apps)
  await expectAccessible(page, 'new codes')
  await expectNoSidewaysScroll(page, 'new codes')
  await expectFormsNameUser(page, 'new codes')
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByText(code)).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Main' })).toHaveCount(0)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('codes are made, used, and noticed at the next page', async ({ page, apps, person, browser }) => {
    await openAccount(page, apps, person)
    const [code = ''] = await makeCodes(page, apps)
    const context = await browser.newContext({ javaScriptEnabled: false })
    const elsewhere = await context.newPage()
    await elsewhere.goto(apps.bank)
    await signInWithCode(elsewhere, person, code)
    await expectSignedIn(elsewhere, person.name)
    await page.goto(apps.bank)
    await expect(page.getByText('A recovery code was used to sign in.')).toBeVisible()
    await expect(page.getByText('New recovery codes were made.')).toBeVisible()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await expect(page.getByText('A recovery code was used to sign in.')).toHaveCount(0)
    await context.close()
  })
})
