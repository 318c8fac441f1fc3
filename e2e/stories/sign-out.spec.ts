import { askApi, expect, expectSignInPage, register, test } from '../support/test.js'

test('signing out at the bank signs out of retirement', async ({ page, apps, person }) => {
  await register(page, apps, person)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  await expect(page.getByRole('status')).toHaveText('You are signed out of both apps.')
  await page.goto(apps.retirement)
  await expectSignInPage(page, apps)
  await page.goto(apps.bank)
  await expectSignInPage(page, apps)
})

test('signing out at retirement signs out of the bank', async ({ page, apps, person }) => {
  await register(page, apps, person)
  await page.goto(apps.retirement)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  await expect(page.getByRole('status')).toHaveText('You are signed out of both apps.')
  await page.goto(apps.bank)
  await expectSignInPage(page, apps)
  await page.goto(apps.retirement)
  await expectSignInPage(page, apps)
})

test('the back button after a sign-out shows nothing of what was there', async ({ page, apps, person }) => {
  await register(page, apps, person)
  await page.getByRole('link', { name: 'Checking' }).click()
  await expect(page.getByText('Opening balance')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  await page.goBack()
  await expectSignInPage(page, apps)
  await expect(page.getByText('Opening balance')).toHaveCount(0)
})

test('a token copied before the sign-out works until it expires, as a token that nobody is asked about does', async ({
  page,
  apps,
  person,
  context,
}) => {
  await register(page, apps, person)
  const token = (await context.cookies()).find(({ name }) => name === 'signet_token')?.value ?? ''
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  const { status, body } = await askApi(page, '/api/me', { authorization: `Bearer ${token}` })
  expect([status, body.data?.username]).toEqual([200, person.username])
})
