import type { Page } from '@playwright/test'
import { setPasswordAge } from '../support/database.js'
import { expectNoSidewaysScroll } from '../support/sideways.js'
import { type Apps, addCustomer, askApi, expect, openAccount, signIn, test } from '../support/test.js'
import { expectTokenExpired, letTokenExpire } from '../support/token.js'

/** Expects a balance on the accounts page. */
async function expectBalance(page: Page, account: string, balance: string): Promise<void> {
  await page.getByRole('link', { name: 'Accounts' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: account })).toContainText(balance)
}

async function fillIn(
  page: Page,
  apps: Apps,
  { to, amount, memo = '' }: { to: string; amount: string; memo?: string },
) {
  await page.goto(`${apps.bank}/transfer`)
  await page.getByRole('group', { name: 'To' }).getByLabel(to).check()
  await page.getByLabel('Amount').fill(amount)
  await page.getByLabel('Memo').fill(memo)
}

test('someone moves money between their accounts, after looking at it once more', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await fillIn(page, apps, { to: 'Savings', amount: '1,250.00', memo: 'Rainy day' })
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('heading', { name: 'Review your transfer' })).toBeVisible()
  expect(page.url()).toMatch(/\/transfer\/[0-9a-f-]{36}\/review$/)
  await page.reload()
  await expect(page.getByRole('main')).toContainText('$1,250.00')
  await page.getByRole('link', { name: 'Change' }).click()
  expect(page.url()).toMatch(/\/transfer\/[0-9a-f-]{36}$/)
  await expect(page.getByLabel('Memo')).toHaveValue('Rainy day')
  await page.getByLabel('Amount').fill('250')
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText('Settled')
  await expectBalance(page, 'Savings', '$250.00')
  await expectBalance(page, 'Checking', '$4,750.00')
  await page.getByRole('link', { name: 'Checking' }).click()
  await page.getByRole('textbox', { name: 'Find' }).fill('rainy')
  await page.getByRole('button', { name: 'Find' }).click()
  await expect(page.getByRole('row')).toHaveCount(2)
  await page.getByRole('link', { name: 'Rainy day' }).click()
  await expect(page.getByRole('heading', { name: 'Transfer' })).toBeVisible()
})

test('someone pays another customer by account number, who sees from whom it came', async ({
  page,
  browser,
  apps,
  person,
}) => {
  const other = await (await browser.newContext()).newPage()
  await openAccount(other, apps, { ...person, username: `${person.username}-b`, name: 'Recipient' })
  await other.goto(apps.bank)
  const { number } = (await askApi(other, '/api/accounts')).body.data[0]
  await openAccount(page, apps, person)
  await fillIn(page, apps, { to: 'Another account', amount: '12.50', memo: 'Lunch' })
  await page.getByLabel('Account number').fill(number)
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText('Settled')
  await expectBalance(other, 'Checking', '$5,012.50')
  await other.getByRole('link', { name: 'Checking' }).click()
  await other.getByRole('link', { name: 'Lunch' }).click()
  await expect(other.getByRole('main')).toContainText(person.name)
  await other.context().close()
})

test('a memo without a single space breaks wherever it stands, and no page becomes wider', async ({
  page,
  apps,
  person,
}) => {
  await openAccount(page, apps, person)
  await fillIn(page, apps, { to: 'My retirement plan', amount: '1.00', memo: 'W'.repeat(140) })
  await page.getByRole('button', { name: 'Review' }).click()
  await expectNoSidewaysScroll(page, 'review')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Settled' })).toBeVisible()
  await expectNoSidewaysScroll(page, 'receipt')
  await page.getByRole('link', { name: 'Accounts' }).click()
  await page.getByRole('link', { name: 'Checking' }).click()
  await expect(page.getByRole('link', { name: /^W+$/ })).toBeVisible()
  await expectNoSidewaysScroll(page, 'account')
  await page.getByRole('link', { name: 'Retirement', exact: true }).click()
  await expect(page.getByRole('row', { name: /W+/ })).toBeVisible()
  await expectNoSidewaysScroll(page, 'plan')
})

test('a double click on Send pays once', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await fillIn(page, apps, { to: 'Savings', amount: '100' })
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).dblclick()
  await expect(page.getByRole('status')).toContainText('Settled')
  await expectBalance(page, 'Savings', '$100.00')
})

test('going back and sending the same form again pays once', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await fillIn(page, apps, { to: 'Savings', amount: '100' })
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText('Settled')
  const receipt = page.url()
  await page.goBack()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText('Settled')
  expect(page.url()).toBe(receipt)
  await expectBalance(page, 'Savings', '$100.00')
})

test('what cannot be sent is said beside its field, and nothing typed is lost', async ({
  page,
  apps,
  person,
  complaints,
}) => {
  await openAccount(page, apps, person)
  await fillIn(page, apps, { to: 'Savings', amount: '5,000.01', memo: 'Too much' })
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByLabel('Amount')).toHaveAccessibleDescription(/Checking has \$5,000\.00/)
  await expect(page.getByLabel('Amount')).toHaveValue('5,000.01')
  await expect(page.getByLabel('Memo')).toHaveValue('Too much')
  await expect(page.getByRole('group', { name: 'To' }).getByLabel('Savings')).toBeChecked()
  await expectBalance(page, 'Checking', '$5,000.00')
  complaints.length = 0
})

test('a form that was left open until the sign-in had expired is sent all the same', async ({
  page,
  apps,
  person,
  complaints,
}) => {
  await openAccount(page, apps, person)
  await fillIn(page, apps, { to: 'Savings', amount: '100', memo: 'Slowly' })
  // Once for the page that comes next, and once for the form that is posted.
  await letTokenExpire(page, apps)
  await expectTokenExpired(page)
  await page.getByRole('button', { name: 'Review' }).click()
  await letTokenExpire(page, apps)
  await expectTokenExpired(page)
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText('Settled')
  await expectBalance(page, 'Savings', '$100.00')
  // Each expired token that the API refused is a 401 that the browser reports.
  complaints.length = 0
})

test('a large transfer long after the sign-in wants the password, and nothing typed is lost', {
  tag: '@database',
}, async ({ page, apps, person, complaints }) => {
  await openAccount(page, apps, person)
  await fillIn(page, apps, { to: 'My retirement plan', amount: '1,500.00', memo: 'A car' })
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('heading', { name: 'Review your transfer' })).toBeVisible()
  await expect(page.getByLabel('Password')).toHaveCount(0)
  await setPasswordAge(person.username, 6)
  // The next token says so.
  await letTokenExpire(page, apps)
  await expectTokenExpired(page)
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/Enter your password/)
  await page.getByLabel('Password').fill('not that')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/The password is wrong/)
  await page.getByRole('button', { name: 'Dark' }).click()
  await expect(page.getByRole('main')).toContainText('A car')
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Settled' })).toBeVisible()
  await expectBalance(page, 'Checking', '$3,500.00')
  complaints.length = 0
})

test('a transfer to retirement becomes settled before one’s eyes', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await page.goto(
    `${apps.bank}/transfer?to=retirement&amount=250.00&return_to=${encodeURIComponent(`${apps.retirement}/`)}`,
  )
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Settled' })).toContainText('Retirement received the money')
  await page.getByRole('link', { name: 'Back to Retirement' }).click()
  await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('$250.00')
})

test.describe(() => {
  test.use({ javaScriptEnabled: false })

  test('without JavaScript money moves too, and the receipt tells the same when it is looked at again', async ({
    page,
    apps,
    person,
  }) => {
    await addCustomer(apps, person)
    await page.goto(`${apps.bank}/transfer?to=retirement&amount=1.00`)
    await signIn(page, person)
    await expect(page.getByLabel('Amount')).toHaveValue('1.00')
    await page.getByRole('button', { name: 'Review' }).click()
    const heading = page.getByRole('heading', { name: 'Review your transfer' })
    await expect(heading).toBeVisible()
    await page.reload()
    await expect(heading).toBeVisible()
    await page.getByRole('button', { name: 'Dark' }).click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.getByRole('button', { name: 'Send' }).click()
    const refresh = page.getByRole('link', { name: 'Refresh' })
    await expect
      .poll(async () => {
        if (await refresh.isVisible()) await refresh.click()
        return page.getByRole('status').textContent()
      })
      .toContain('Settled')
    await page.getByRole('button', { name: 'Sign out' }).click()
  })
})

test('a statement can be downloaded', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await page.goto(apps.bank)
  await page.getByRole('link', { name: 'Checking' }).click()
  await page.getByText('Statement as CSV').click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/^signet-\d{4}-\d{4}-\d{2}-\d{4}-\d{2}\.csv$/)
})
