import type { Page } from '@playwright/test'
import { ADA, type Apps, expect, signIn, test } from '../support/test.js'
import { oneCookiePage, WINDOW } from './one-cookie.js'
import { LIKE_PRINTED, makeFolder, save, take } from './take.js'

async function signInAtBank(page: Page, apps: Apps): Promise<void> {
  await page.goto(apps.bank)
  await signIn(page, ADA)
  await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
}

async function crossToRetirement(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Retirement', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
}

test.use(LIKE_PRINTED)

test.beforeAll(makeFolder)

test.describe('on a desktop', () => {
  test.use({ viewport: { width: 980, height: 760 } })

  test('one sign-in, then both apps', async ({ page, apps }) => {
    await page.goto(apps.bank)
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    await save(page, 'sign-in')
    await signInAtBank(page, apps)
    await save(page, 'accounts')
    await page.getByRole('link', { name: 'Checking' }).click()
    await expect(page.getByRole('heading', { name: 'Checking' })).toBeVisible()
    await save(page, 'account')
    await page.getByRole('link', { name: 'Security' }).click()
    await expect(page.getByRole('table')).toBeVisible()
    await save(page, 'security')
    await page.getByRole('link', { name: 'Token', exact: true }).click()
    await expect(page.getByText('Your browser decoded this token')).toBeVisible()
    await save(page, 'token')
    await crossToRetirement(page)
    await save(page, 'plan')
    await page.emulateMedia({ colorScheme: 'dark' })
    await save(page, 'plan-dark')
    await page.goto(`${apps.retirement}/token?exhibit=last-character`)
    await expect(page.getByText('fast-jwt')).toBeVisible()
    await save(page, 'token-refused', { from: '#answers' })
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto(`${apps.bank}/docs`)
    await expect(page.getByRole('heading', { name: 'API', exact: true })).toBeVisible()
    await save(page, 'api')
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 760 } })

  test('the same two apps', async ({ page, apps }) => {
    await signInAtBank(page, apps)
    await page.getByRole('link', { name: 'Checking' }).click()
    await expect(page.getByRole('heading', { name: 'Checking' })).toBeVisible()
    await save(page, 'phone-account')
    await crossToRetirement(page)
    await save(page, 'phone-plan')
  })
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`one cookie, ${colorScheme}`, () => {
    test.use({ viewport: WINDOW, colorScheme })

    test('between both apps', async ({ page, apps, context }) => {
      await signInAtBank(page, apps)
      const bank = await take(page)
      await crossToRetirement(page)
      const retirement = await take(page)
      const cookie = (await context.cookies()).find(({ name }) => name === 'signet_token')
      if (!cookie) throw new TypeError('no user is signed in')
      const [bankHost, retirementHost] = [new URL(apps.bank).hostname, new URL(apps.retirement).hostname]

      await page.goto('about:blank')
      const dark = colorScheme === 'dark'
      await page.setContent(oneCookiePage({ dark, bank, retirement, bankHost, retirementHost, cookie }))
      const { height } = (await page.locator('body').boundingBox()) ?? { height: 0 }
      await page.setViewportSize({ width: 1000, height: Math.ceil(height) })
      await save(page, `one-cookie-${colorScheme}`)
    })
  })
}
