import type { Page } from '@playwright/test'
import { expectNoSidewaysScroll } from '../support/sideways.js'
import { ADA, askApi, expect, register, signIn, test, typedPasswordMinutesAgo } from '../support/test.js'

/** What stands beside an account's name on the accounts page. */
async function expectBalance(page: Page, account: string, balance: string): Promise<void> {
  await page.getByRole('link', { name: 'Accounts' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: account })).toContainText(balance)
}

async function fillIn(page: Page, { to, amount, memo = '' }: { to: string; amount: string; memo?: string }) {
  await page.getByRole('link', { name: 'Transfer', exact: true }).click()
  await page.getByRole('group', { name: 'To' }).getByLabel(to).check()
  await page.getByLabel('Amount').fill(amount)
  await page.getByLabel('Memo').fill(memo)
}

test('someone moves money between their accounts, after looking at it once more', async ({ page, apps, person }) => {
  await register(page, apps, person)
  await fillIn(page, { to: 'Savings', amount: '1,250.00', memo: 'Rainy day' })
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('heading', { name: 'Review your transfer' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('$1,250.00')
  await page.getByRole('link', { name: 'Change' }).click()
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
  await register(other, apps, { ...person, username: `${person.username}-b`, name: 'Recipient' })
  const { number } = (await askApi(other, '/api/accounts')).body.data[0]
  await register(page, apps, person)
  await fillIn(page, { to: 'Another account', amount: '12.50', memo: 'Lunch' })
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
  await register(page, apps, person)
  await fillIn(page, { to: 'My retirement plan', amount: '1.00', memo: 'W'.repeat(140) })
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
  await register(page, apps, person)
  await fillIn(page, { to: 'Savings', amount: '100' })
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).dblclick()
  await expect(page.getByRole('status')).toContainText('Settled')
  await expectBalance(page, 'Savings', '$100.00')
})

test('going back and sending the same form again pays once', async ({ page, apps, person }) => {
  await register(page, apps, person)
  await fillIn(page, { to: 'Savings', amount: '100' })
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
  await register(page, apps, person)
  await fillIn(page, { to: 'Savings', amount: '5,000.01', memo: 'Too much' })
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(page.getByLabel('Amount')).toHaveAccessibleDescription(/Checking has \$5,000\.00/)
  await expect(page.getByLabel('Amount')).toHaveValue('5,000.01')
  await expect(page.getByLabel('Memo')).toHaveValue('Too much')
  await expect(page.getByRole('group', { name: 'To' }).getByLabel('Savings')).toBeChecked()
  await expectBalance(page, 'Checking', '$5,000.00')
  complaints.length = 0
})

test('a form that was left open until the sign-in had expired is sent all the same', { tag: '@short-lived' }, async ({
  page,
  shortLivedApps,
  person,
  complaints,
}) => {
  await register(page, shortLivedApps, person)
  await fillIn(page, { to: 'Savings', amount: '100', memo: 'Slowly' })
  // Tokens live three seconds there: once for the page that comes next, and once for the form that is posted.
  const expired = async () => (await askApi(page, '/api/me')).status
  await expect.poll(expired, { timeout: 10_000, intervals: [500] }).toBe(401)
  complaints.length = 0
  await page.getByRole('button', { name: 'Review' }).click()
  await expect.poll(expired, { timeout: 10_000, intervals: [500] }).toBe(401)
  complaints.length = 0
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText('Settled')
  await expectBalance(page, 'Savings', '$100.00')
})

test('a large transfer long after the sign-in wants the password, and nothing typed is lost', {
  tag: '@short-lived',
}, async ({ page, shortLivedApps, person, complaints }) => {
  await register(page, shortLivedApps, person)
  await fillIn(page, { to: 'Savings', amount: '1,500.00', memo: 'A car' })
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('heading', { name: 'Review your transfer' })).toBeVisible()
  await expect(page.getByLabel('Password')).toHaveCount(0)
  await typedPasswordMinutesAgo(person, 6)
  // The next token tells of it.
  await expect.poll(async () => (await askApi(page, '/api/me')).status, { timeout: 10_000, intervals: [500] }).toBe(401)
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/Type your password/)
  await page.getByLabel('Password').fill('not that')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/This is not your password/)
  await expect(page.getByRole('main')).toContainText('A car')
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText('Settled')
  await expectBalance(page, 'Savings', '$1,500.00')
  complaints.length = 0
})

test('a transfer to retirement becomes settled before one’s eyes', async ({ page, apps, person }) => {
  await register(page, apps, person)
  await page.goto(
    `${apps.bank}/transfer?to=retirement&amount=250.00&return_to=${encodeURIComponent(`${apps.retirement}/`)}`,
  )
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Settled' })).toContainText('Retirement has held the money')
  await page.getByRole('link', { name: 'Back to Retirement' }).click()
  await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('$250.00')
})

test('without JavaScript money moves too, and the receipt tells the same when it is looked at again', async ({
  browser,
  apps,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${apps.bank}/transfer?to=retirement&amount=1.00`)
  await signIn(page, ADA)
  await expect(page.getByLabel('Amount')).toHaveValue('1.00')
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(async () => {
    const again = page.getByRole('link', { name: 'Look again' })
    if (await again.isVisible()) await again.click()
    await expect(page.getByRole('status')).toContainText('Settled', { timeout: 500 })
  }).toPass({ timeout: 10_000 })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await context.close()
})

test('a statement can be downloaded', async ({ page, apps, person }) => {
  await register(page, apps, person)
  await page.getByRole('link', { name: 'Checking' }).click()
  await page.getByText('Statement as CSV').click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/^signet-\d{4}-\d{4}-\d{2}-\d{4}-\d{2}\.csv$/)
})
