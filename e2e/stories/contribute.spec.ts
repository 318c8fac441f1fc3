import { expect, expectSignedIn, openAccount, test } from '../support/test.js'
import { expectTokenExpired, letTokenExpire } from '../support/token.js'

test('money goes from an account at the bank into the plan, without a second sign-in', async ({
  page,
  apps,
  person,
}) => {
  await openAccount(page, apps, person)
  await page.goto(apps.retirement)
  await page.getByRole('link', { name: 'Contribute' }).click()
  await expect(page.getByRole('heading', { name: 'Transfer' })).toBeVisible()
  await expect(page.getByRole('radio', { name: /retirement/ })).toBeChecked()
  await page.getByLabel('Amount').fill('25.00')
  await page.getByLabel('Memo').fill('First deposit')
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  // The page updates itself once retirement has credited the deposit.
  await expect(page.getByText('Settled')).toBeVisible()
  await page
    .getByRole('link', { name: /Back|Retirement/ })
    .last()
    .click()
  await expect(page).toHaveURL(`${apps.retirement}/`)
  await expectSignedIn(page, person.name)
  await expect(page.getByRole('row', { name: /First deposit.*From Signet Bank/ })).toBeVisible()
  await expect(page.getByText('$25.00').first()).toBeVisible()
})

test('a form that was sent with an expired token keeps its choice and says that nothing was saved', async ({
  page,
  apps,
  person,
  complaints,
}) => {
  await openAccount(page, apps, person)
  await page.goto(apps.retirement)
  await page.getByRole('radio', { name: 'Growth' }).check()
  await letTokenExpire(page, apps)
  await expectTokenExpired(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Your choice was not saved')).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Growth' })).toBeChecked()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Your allocation has been saved.')).toBeVisible()
  complaints.length = 0
})

test('the projection follows the form, and an invalid value gets an error beside its field', async ({
  page,
  apps,
  person,
  complaints,
}) => {
  await openAccount(page, apps, person)
  await page.goto(apps.retirement)
  await page.getByRole('textbox', { name: 'Years' }).fill('30')
  await page.getByLabel('Dollars per month').fill('1,000')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(page.getByRole('img', { name: /over 30 years/ })).toBeVisible()
  await page.getByRole('textbox', { name: 'Years' }).fill('500')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(page.getByText('Enter a whole number of years from 1 to 50.')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Years' })).toHaveValue('500')
  complaints.length = 0
})
