import { setPasswordAge } from '../support/database.js'
import { expectNoSidewaysScroll } from '../support/sideways.js'
import { expect, openAccount, test } from '../support/test.js'
import { letTokenExpire } from '../support/token.js'

test.use({ viewport: { width: 390, height: 844 } })

test.describe(() => {
  test.use({ javaScriptEnabled: false })

  test('a customer sets up a standing order, sees it paid and on the home page, and cancels it', async ({
    page,
    apps,
    person,
  }) => {
    await openAccount(page, apps, person)
    await page.goto(apps.bank)
    const upcoming = page.getByRole('region', { name: 'Upcoming standing orders' })
    await upcoming.getByRole('link', { name: 'Set one up' }).click()
    await page.getByRole('group', { name: 'To' }).getByLabel('Savings').check()
    await page.getByLabel('Amount').fill('40')
    await page.getByLabel('Every week').check()
    await page.getByRole('button', { name: 'Review' }).click()
    await page.getByRole('button', { name: 'Change' }).click()
    await page.getByLabel('Memo').fill('Rainy day')
    await page.getByRole('button', { name: 'Review' }).click()
    await expectNoSidewaysScroll(page, 'review of a standing order')
    await page.getByRole('button', { name: 'Set up' }).click()
    await expect(page.getByRole('status')).toContainText('Your standing order is set up')

    // The bank pays regularly. Without JavaScript the page shows it when it is loaded again.
    const paid = page.getByRole('region', { name: 'Latest payments' }).getByRole('link', { name: 'Paid' })
    await expect(async () => {
      await page.reload()
      await expect(paid).toHaveCount(1, { timeout: 100 })
    }).toPass({ timeout: 60_000 })
    const today = await page.getByRole('region', { name: 'Latest payments' }).getByRole('time').getAttribute('datetime')
    await paid.click()
    await expect(page.getByRole('main')).toContainText('Rainy day')
    await page.getByRole('link', { name: 'Accounts' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: 'Savings' })).toContainText('$40.00')
    await expect(upcoming.getByRole('rowheader')).toContainText('Every week from Checking · Rainy day')
    const next = await upcoming.getByRole('time').getAttribute('datetime')
    expect(Date.parse(String(next)) - Date.parse(String(today))).toBe(7 * 86_400_000)

    await page.getByRole('link', { name: 'Transfer', exact: true }).click()
    await page.getByRole('link', { name: 'Standing orders' }).click()
    await page.getByRole('button', { name: 'Cancel $40.00' }).click()
    await expect(page.getByRole('status')).toContainText('canceled')
    await expect(page.getByText('You have no standing orders.')).toBeVisible()
  })
})

test('a small standing order to retirement long after the sign-in wants the password', {
  tag: '@database',
}, async ({ page, apps, person, complaints }) => {
  await openAccount(page, apps, person)
  await setPasswordAge(person.username, 6)
  await page.goto(`${apps.bank}/standing-orders/new?to=retirement&amount=5.00`)
  // The next token says so.
  await letTokenExpire(page, apps)
  await page.getByLabel('Every month').check()
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/before each standing order/)
  await page.getByLabel('Password').fill('not that')
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/The password is wrong/)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Set up' }).click()
  await expect(page.getByRole('status')).toContainText('Your standing order is set up')
  // The browser reports the refused form.
  complaints.length = 0
})
