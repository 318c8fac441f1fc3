import { ADA, expect, expectSignedIn, test } from '../support/test.js'
import { walkTour } from '../support/tour.js'
import { diagram, expectTold, ticks } from '../support/tour-pages.js'

test.describe(() => {
  // The size of a phone, on which no page may scroll sideways.
  test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })

  test('a visitor completes the tour without JavaScript @one-process', async ({ page, apps }) => {
    await walkTour(page, { bankUrl: apps.bank, at: (moment, step) => expectTold(page, moment, step) })
    await expect(page.getByText(/^\d+ ms$/)).toBeVisible()
  })
})

test('a visitor sees the handoff, the refused session and a refused token within fifteen clicks @one-process', async ({
  page,
  apps,
}) => {
  let clicks = 0
  const click = async (role: 'link' | 'button', name: string | RegExp) => {
    clicks += 1
    await page.getByRole(role, { name }).first().click()
  }
  await page.goto(apps.bank)
  await click('link', 'Take the tour')
  await click('button', 'Start the tour')
  for (const [role, name, next] of [
    ['button', 'Sign in as Ada with a token', /^Next: /],
    ['link', /^Go to retirement$/, /^Next: /],
    ['button', 'Sign in with a memory session', /^Next: /],
    ['link', 'Go to retirement with the session', 'See a token refused'],
  ] as const) {
    await click(role, name)
    await click('link', 'Back to the tour')
    await click('link', next)
  }
  await click('button', 'Change the name and verify at both services')
  await expect(page.getByText('token_signature_invalid').first()).toBeVisible()
  // Eight seconds per click are two minutes.
  expect(clicks).toBeLessThanOrEqual(15)
})

test.describe(() => {
  test.use({ javaScriptEnabled: false })

  test('a visitor guesses first, and learns afterwards what was right and why', async ({ page, apps }) => {
    await page.goto(`${apps.bank}/tour`)
    await page.getByRole('button', { name: 'Start the tour' }).click()
    await page.getByRole('button', { name: 'Once', exact: true }).click()
    await expect(page.getByText('You guessed “Once”. Now try it.')).toBeVisible()
    await page.getByRole('button', { name: 'Sign in as Ada with a token' }).click()
    await page.getByRole('link', { name: 'Back to the tour' }).click()
    await expect(page.getByText('You guessed “Once”, and that is right. The bank checks the password')).toBeVisible()
    await page.getByRole('link', { name: /^Next: / }).click()
    await expect(page.getByText('Will retirement know you?')).toBeVisible()
    await page.getByRole('button', { name: 'No, it will ask for a password' }).click()
    await page.getByRole('link', { name: 'Go to retirement' }).click()
    await page.getByRole('link', { name: 'Back to the tour' }).click()
    await expect(
      page.getByText('You guessed “No, it will ask for a password”. The answer is “Yes, without a call to the bank”.'),
    ).toBeVisible()
    // A question that was skipped is answered too.
    await page.getByRole('link', { name: /^Next: / }).click()
    await page.getByRole('button', { name: 'Sign in with a memory session' }).click()
    await page.getByRole('link', { name: 'Back to the tour' }).click()
    await expect(page.getByText('“A random id”. The id means nothing')).toBeVisible()
  })
})

test('a visitor can leave the tour and resume it at the same step', async ({ page, apps, context }) => {
  await page.goto(`${apps.bank}/tour`)
  await page.getByRole('button', { name: 'Start the tour' }).click()
  await page.getByRole('button', { name: 'Sign in as Ada with a token' }).click()
  await expectSignedIn(page, ADA.name)
  await page.goto(`${apps.bank}/tour/3`)
  await page.goto(apps.retirement)
  const bar = page.getByRole('complementary', { name: 'Tour' })
  await expect(bar).toContainText('Step 3 of 11 · Sign in with a memory session')

  await bar.getByRole('button', { name: 'Leave the tour' }).click()
  await expect(page).toHaveURL(`${apps.bank}/tour`)
  await expect(bar).toHaveCount(0)
  const cookies = (await context.cookies()).map(({ name }) => name)
  expect(cookies).not.toContain('signet_tour')
  await page.goto(`${apps.retirement}/token`)
  await expect(bar).toHaveCount(0)

  await page.goto(`${apps.bank}/tour`)
  await page.getByRole('button', { name: 'Resume at step 3' }).click()
  await expect(page).toHaveURL(`${apps.bank}/tour/3`)
  await expect(bar).toContainText('Step 3 of 11')
  // The recording contains the requests before leaving, and none from the time in between.
  await expect(ticks(page)).toHaveCount(2)
  await page.goto(`${apps.bank}/tour/6`)
  await expect(diagram(page)).toHaveCount(0)
})

test('a recording is visible to its own browser only, and requests outside the tour are not recorded', async ({
  page,
  apps,
  browser,
  context,
}) => {
  await page.goto(`${apps.bank}/tour`)
  await page.getByRole('button', { name: 'Start the tour' }).click()
  await page.getByRole('button', { name: 'Sign in as Ada with a token' }).click()
  await expectSignedIn(page, ADA.name)
  await page.goto(`${apps.bank}/tour/1`)
  await expect(diagram(page)).toHaveCount(1)
  const cookie = (await context.cookies()).find(({ name }) => name === 'signet_tour')
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', domain: '.signet.localhost' })
  expect(cookie?.value).toMatch(/^[\w-]{22}\.1$/)

  const other = await browser.newPage()
  await other.goto(`${apps.bank}/tour/1`)
  await expect(other.getByText('You are not on the tour')).toBeVisible()
  await expect(diagram(other)).toHaveCount(0)
  await other.getByRole('button', { name: 'Start the tour here' }).click()
  await expect(other).toHaveURL(`${apps.bank}/tour/1`)
  await expect(other.getByText('You are not on the tour')).toHaveCount(0)
  await expect(diagram(other)).toHaveCount(0)
  await expect(ticks(other)).toHaveCount(0)
  await other.close()
})
