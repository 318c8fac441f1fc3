import { expectAccessible } from '../support/accessibility.js'
import { ADA, addCustomer, expect, signIn, test } from '../support/test.js'

test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } })

test('a new customer is led to a first transfer and to a first contribution, and both empty pages are accessible', async ({
  page,
  apps,
  person,
}) => {
  await addCustomer(apps, person)
  await page.goto(apps.bank)
  await signIn(page, person)
  await expectAccessible(page, 'accounts of a new customer')
  const sibling = page.getByRole('link', { name: 'Retirement', exact: true })
  await expect(sibling).toHaveAccessibleDescription('your plan')
  await sibling.click()
  await expect(page.getByRole('link', { name: 'Bank', exact: true })).toHaveAccessibleDescription('your accounts')
  await expectAccessible(page, 'plan of a new customer')
  await page.getByRole('link', { name: 'Make a first contribution' }).click()
  await expect(page.getByRole('radio', { name: /retirement/i })).toBeChecked()
  await page.goto(apps.bank)
  await page.getByRole('link', { name: 'Move money here' }).click()
  await expect(page.getByRole('radio', { name: /^Savings/ })).toBeChecked()
})

test.describe(() => {
  test.use({ javaScriptEnabled: false, viewport: { width: 390, height: 760 } })

  test('without JavaScript the home page shows a line per account, the standing order and the last five entries', async ({
    page,
    apps,
  }) => {
    await page.goto(apps.bank)
    await signIn(page, ADA)
    for (const name of ['Checking', 'Savings'])
      await expect(page.getByRole('img', { name: `Balance of ${name}: ` })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Upcoming standing orders' }).getByRole('row')).toContainText([
      'Next payment',
      /^26 \w+ \d+Savings.*\$1,200\.00$/,
    ])
    await expect(page.getByRole('region', { name: 'Recent entries' }).getByRole('rowheader')).toHaveCount(5)
  })
})
