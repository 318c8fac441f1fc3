import { askApi, expect, expectSignedIn, expectSignInPage, openAccount, signInByApi, test } from '../support/test.js'
import { readToken } from '../support/token.js'

test('signing out at the bank signs out of retirement', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await page.goto(apps.bank)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  await expect(page.getByRole('status')).toHaveText('You are signed out of every app.')
  await page.goto(apps.retirement)
  await expectSignInPage(page, apps)
  await page.goto(apps.bank)
  await expectSignInPage(page, apps)
})

test('signing out at retirement signs out of the bank', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await page.goto(apps.retirement)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  await expect(page.getByRole('status')).toHaveText('You are signed out of every app.')
  await page.goto(apps.bank)
  await expectSignInPage(page, apps)
  await page.goto(apps.retirement)
  await expectSignInPage(page, apps)
})

test('the back button after a sign-out shows nothing of what was there', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await page.goto(apps.bank)
  await page.getByRole('link', { name: 'Checking' }).click()
  await expect(page.getByText('Opening balance')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  await page.goBack()
  await expectSignInPage(page, apps)
  await expect(page.getByText('Opening balance')).toHaveCount(0)
})

test('a token copied before the sign-out is refused at both apps', async ({
  page,
  apps,
  person,
  context,
  complaints,
}) => {
  await openAccount(page, apps, person)
  const authorization = `Bearer ${(await readToken(context)).value}`
  await page.goto(`${apps.retirement}/docs`)
  expect((await askApi(page, '/api/me', { authorization })).status).toBe(200)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  for (const app of [apps.bank, apps.retirement]) {
    await page.goto(`${app}/docs`)
    await expect
      .poll(async () => (await askApi(page, '/api/me', { authorization })).body.code, { intervals: [100] })
      .toBe('token_revoked')
  }
  complaints.length = 0
})

test('someone ends a sign-in that they left open elsewhere', async ({ page, browser, apps, person }) => {
  await openAccount(page, apps, person)
  const elsewhere = await (await browser.newContext()).newPage()
  await signInByApi(elsewhere, apps, person)
  await elsewhere.goto(apps.bank)
  await expectSignedIn(elsewhere, person.name)
  await page.goto(`${apps.bank}/security`)
  await expect(page.getByRole('row')).toHaveCount(3)
  await page.getByRole('button', { name: 'Sign out elsewhere' }).click()
  await expect(page.getByText('You have been signed out everywhere else.')).toBeVisible()
  await expect(page.getByRole('row')).toHaveCount(2)
  await expect(async () => {
    await elsewhere.goto(apps.retirement)
    expect(elsewhere.url()).toContain(`${apps.bank}/sign-in`)
  }).toPass()
  await expect(elsewhere.getByText('You have been signed out.')).toBeVisible()
  await page.goto(apps.retirement)
  await expectSignedIn(page, person.name)
  await elsewhere.context().close()
})

test('"Sign out elsewhere" pressed twice on a slow line leaves this browser signed in', async ({
  page,
  apps,
  person,
}) => {
  await openAccount(page, apps, person)
  await page.goto(`${apps.bank}/security`)
  let sent = 0
  let release = () => {}
  const pressedTwice = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/security/end-others', async (route) => {
    sent += 1
    await pressedTwice
    await route.continue()
  })
  // The mouse does not wait for the navigation that a click begins.
  const box = await page.getByRole('button', { name: 'Sign out elsewhere' }).boundingBox()
  if (!box) throw new Error('the button is not visible')
  const press = () => page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await press()
  await expect.poll(() => sent).toBe(1)
  await press()
  release()
  await expect(page.getByText('You have been signed out everywhere else.')).toBeVisible()
  await expectSignedIn(page, person.name)
  expect(sent).toBe(1)
})
