import { loaded } from '../support/loaded.js'
import { ADA, addCustomer, expect, expectSignedIn, expectSignInPage, signIn, test } from '../support/test.js'

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

test('everything can be done by keyboard alone', async ({ page, apps, person }) => {
  await addCustomer(apps, person)
  const tabTo = async (name: string) => {
    // The browser may drop a key while the page loads.
    await loaded(page)
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
  await page.keyboard.type(person.username)
  await tabTo('Password')
  await page.keyboard.type(person.password)
  await page.keyboard.press('Enter')
  await expectSignedIn(page, person.name)
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

test.describe(() => {
  test.use({ javaScriptEnabled: false })

  test('everything works without JavaScript', async ({ page, apps }) => {
    await page.goto(`${apps.retirement}/?contributions=all`)
    await expectSignInPage(page, apps)
    await signIn(page, ADA)
    await expect(page).toHaveURL(`${apps.retirement}/?contributions=all`)
    await expect(page.getByRole('img', { name: /Balance of your plan/ })).toBeVisible()
    await page.getByRole('region', { name: 'Growth' }).getByText('The same numbers as a table').click()
    await expect(page.getByRole('table', { name: 'Growth by year' })).toBeVisible()
    await page.getByRole('link', { name: 'Bank', exact: true }).click()
    await page.getByRole('link', { name: 'Checking' }).click()
    await expect(page.getByRole('table')).toBeVisible()
    await page.getByRole('button', { name: 'Light' }).click()
    await expect(page.getByRole('heading', { name: 'Checking' })).toBeVisible()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expectSignInPage(page, apps)
  })
})
