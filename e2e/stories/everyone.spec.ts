import type { Page } from '@playwright/test'
import { expectAccessible, pageForAxe } from '../support/accessibility.js'
import { loaded } from '../support/loaded.js'
import { expectNoSidewaysScroll } from '../support/sideways.js'
import { ADA, type Apps, expect, expectSignedIn, expectSignInPage, signIn, test } from '../support/test.js'

/** Every page, reached as a person reaches it. */
async function eachPage(page: Page, apps: Apps, look: (name: string) => Promise<void>): Promise<void> {
  await page.goto(`${apps.bank}/sign-in`)
  await look('sign in')
  await page.goto(`${apps.bank}/tour`)
  await look('tour')
  await page.getByRole('link', { name: 'Retirement does not know it' }).click()
  await expect(page.getByText('You are not on the tour')).toBeVisible()
  await look('a step, without being on the tour')
  await page.goto(`${apps.bank}/sign-in`)
  await page.getByRole('link', { name: 'Open an account' }).click()
  await expect(page.getByRole('heading', { name: 'Open an account' })).toBeVisible()
  await look('register')
  await page.goto(`${apps.bank}/sign-in`)
  await signIn(page, ADA)
  await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
  await look('accounts')
  await page.getByText('Under the hood').click()
  await expect(page.getByText('Answered by')).toBeVisible()
  await look('accounts, with how they were asked for')
  await page.getByRole('link', { name: 'Checking' }).click()
  await expect(page.getByRole('heading', { name: 'Checking' })).toBeVisible()
  await look('account')
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(page.getByRole('link', { name: 'Newer' })).toBeVisible()
  await look('older entries')
  await page.getByRole('textbox', { name: 'Find' }).fill('standing order')
  await page.getByRole('button', { name: 'Find' }).click()
  await expect(page.getByRole('link', { name: 'Show all' })).toBeVisible()
  await look('found entries')
  await page.getByRole('link', { name: 'Standing order' }).first().click()
  await expect(page.getByRole('heading', { name: 'Transfer' })).toBeVisible()
  await look('receipt')
  await page.goto(`${apps.bank}/transfer?to=retirement&amount=250.00`)
  await expect(page.getByRole('heading', { name: 'Transfer money' })).toBeVisible()
  await look('transfer')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('heading', { name: 'Review your transfer' })).toBeVisible()
  await look('review')
  await page.goto(`${apps.bank}/security`)
  await expect(page.getByRole('heading', { name: 'Security' })).toBeVisible()
  await look('security')
  await page.goto(`${apps.bank}/compare`)
  await page.getByRole('button', { name: /^Measure/ }).click()
  await expect(page.getByRole('table', { name: 'The three approaches, measured' })).toBeVisible({ timeout: 15_000 })
  await look('compare')
  await page.goto(`${apps.bank}/operations`)
  await expect(page.getByRole('table', { name: 'Replicas of Signet Retirement' })).toBeVisible()
  await look('operations')
  for (const app of [apps.bank, apps.retirement]) {
    await page.goto(`${app}/docs`)
    await expect(page.getByRole('heading', { name: 'API', exact: true })).toBeVisible()
    await look(`docs at ${app === apps.bank ? 'the bank' : 'retirement'}`)
  }
  for (const app of [apps.bank, apps.retirement]) {
    await page.goto(`${app}/token?exhibit=last-character`)
    await expect(page.getByRole('heading', { name: 'Your token' })).toBeVisible()
    await look(`token at ${app === apps.bank ? 'the bank' : 'retirement'}`)
  }
  await page.goto(apps.retirement)
  await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
  await look('plan')
  await page.goto(`${apps.retirement}/?contributions=all`)
  await look('all contributions')
  await page.goto(`${apps.bank}/sign-out`)
  await look('sign out')
}

test('no page has an accessibility violation, in either theme', async ({ browser, apps }) => {
  // Every page there is, as in the next two.
  test.slow()
  const page = await pageForAxe(browser)
  await eachPage(page, apps, (name) => expectAccessible(page, name))
  await page.close()
})

test('no page scrolls sideways on a phone, a tablet or a desk', async ({ page, apps }) => {
  test.slow()
  await eachPage(page, apps, (name) => expectNoSidewaysScroll(page, name))
})

test('every page is under 60 KB and asks no other host', async ({ page, apps, context }) => {
  test.slow()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  let bytes = 0
  const hosts = new Set<string>()
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  page.on('request', (request) => hosts.add(new URL(request.url()).origin))
  await eachPage(page, apps, async (name) => {
    hosts.clear()
    bytes = 0
    await page.reload()
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    expect(bytes, name).toBeGreaterThan(1_000)
    expect(bytes, name).toBeLessThan(60_000)
    expect([...hosts], name).toEqual([new URL(page.url()).origin])
  })
})

test('the theme that is chosen at the bank is the theme at retirement, and stays', async ({ page, apps }) => {
  const background = async () => {
    await loaded(page)
    return page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(`${apps.bank}/sign-in`)
  const light = await background()
  await page.getByRole('button', { name: 'Dark' }).click()
  await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true')
  const dark = await background()
  expect(dark).not.toBe(light)
  await page.goto(`${apps.retirement}/docs`)
  await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true')
  expect(await background()).not.toBe(light)
  await page.getByRole('button', { name: 'Auto' }).click()
  await expect(page.getByRole('button', { name: 'Auto' })).toHaveAttribute('aria-pressed', 'true')
  await expect(page).toHaveURL(`${apps.retirement}/docs`)
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await background()).not.toBe(light)
})

test('everything can be done by keyboard alone', async ({ page, apps }) => {
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press('Tab')
      const focused = await page.evaluate(() => {
        const element = document.activeElement
        const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element?.textContent
        return label?.trim()
      })
      if (focused === name) return
    }
    throw new Error(`${name} cannot be reached by Tab`)
  }
  await page.goto(`${apps.bank}/sign-in`)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await tabTo('Username')
  await page.keyboard.type(ADA.username)
  await tabTo('Password')
  await page.keyboard.type(ADA.password)
  await page.keyboard.press('Enter')
  await expectSignedIn(page, ADA.name)
  await tabTo('Checking')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Checking' })).toBeVisible()
  await tabTo('Retirement')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
  await tabTo('Sign out')
  await page.keyboard.press('Enter')
  await expectSignInPage(page, apps)
})

test('everything works without JavaScript', async ({ browser, apps }) => {
  const page = await browser.newPage({ javaScriptEnabled: false })
  await page.goto(`${apps.retirement}/?contributions=all`)
  await expectSignInPage(page, apps)
  await signIn(page, ADA)
  await expect(page).toHaveURL(`${apps.retirement}/?contributions=all`)
  await expect(page.getByRole('img', { name: /What your plan has become/ })).toBeVisible()
  await page.getByRole('region', { name: 'Growth' }).getByText('The same numbers as a table').click()
  await expect(page.getByRole('table', { name: 'Growth by year' })).toBeVisible()
  await page.getByRole('link', { name: 'Bank', exact: true }).click()
  await page.getByRole('link', { name: 'Checking' }).click()
  await expect(page.getByRole('table')).toBeVisible()
  await page.getByRole('button', { name: 'Light' }).click()
  await expect(page.getByRole('heading', { name: 'Checking' })).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  await page.close()
})
