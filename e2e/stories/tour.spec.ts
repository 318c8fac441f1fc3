import type { Page } from '@playwright/test'
import { expectAccessible, pageForAxe } from '../support/accessibility.js'
import { sidewaysOverflow } from '../support/sideways.js'
import { expect, test } from '../support/test.js'
import { walkTour } from '../support/tour.js'

const ticks = (page: Page) => page.getByRole('navigation', { name: 'Steps of the tour' }).getByText('seen')
const diagram = (page: Page) => page.getByRole('list', { name: 'What was sent, in order' })

/** What each step's diagram must say, because it is what the step is about. */
const SAID: readonly RegExp[] = [
  /POST \/sign-in no sign-in cookie.*sets signet_token, signet_refresh.*GET \/ signet_token, signet_refresh/,
  /Browser to Retirement: GET \/ signet_token.*nobody is asked.*Retirement answers Browser: 200/,
  /sets signet_session; clears signet_token, signet_refresh.*in this server’s memory/,
  /Browser to Retirement: GET \/ signet_session.*refused: session_unknown.*303, go to bank \/sign-in/,
  /Bank to Store:.*Store answers Bank: found.*Retirement to Store:.*Store answers Retirement: found/,
  /GET \/token signet_token/,
  /Bank: verify: changed token → token_signature_invalid.*Retirement answers Bank: token_signature_invalid/,
  /Retirement to Bank: GET \/api\/me, forged token Bank answers Retirement: 200: genuine/,
  /refused: token_expired.*GET \/sign-in signet_token, signet_refresh.*renewed by signet_refresh.*Retirement answers Browser: 200/,
  /Retirement to Bank: POST \/api\/logout.*Bank: a copy, \d+ ms after: 401 token_revoked/,
]

for (const javaScriptEnabled of [true, false]) {
  test(`the tour leads through both apps, ${javaScriptEnabled ? 'with' : 'without'} JavaScript @one-process`, async ({
    browser,
    apps,
  }) => {
    test.slow()
    // Without JavaScript on a phone as well: nothing may scroll sideways there.
    const viewport = javaScriptEnabled ? { width: 1280, height: 900 } : { width: 360, height: 740 }
    const page = await browser.newPage({ javaScriptEnabled, viewport })
    await walkTour(page, {
      bankUrl: apps.bank,
      at: async (moment, step) => {
        expect(await sidewaysOverflow(page), `step ${step}, ${moment}`).toBeLessThanOrEqual(0)
        if (moment === 'there') return
        await expect(ticks(page)).toHaveCount(moment === 'before' ? step - 1 : step)
        await expect(diagram(page)).toHaveCount(moment === 'before' ? 0 : 1)
        if (moment === 'before') return
        const said = (await diagram(page).getByRole('listitem').allTextContents()).join(' ')
        expect(said).toMatch(SAID[step - 1] ?? /never/)
      },
    })
    await expect(page.getByText(/^\d+ ms$/)).toBeVisible()
    await page.close()
  })
}

test('a newcomer sees the handoff, the failing session and a refused token within three minutes @one-process', async ({
  page,
  apps,
}) => {
  let clicks = 0
  const startedAt = Date.now()
  const click = async (role: 'link' | 'button', name: string | RegExp) => {
    clicks += 1
    await page.getByRole(role, { name }).first().click()
  }
  await page.goto(apps.bank)
  await click('link', 'Take the tour')
  await click('button', 'Begin the tour')
  for (const act of [
    () => click('button', 'Sign in as Ada with a token'),
    () => click('link', /^Go to retirement$/),
    () => click('button', 'Sign in with a session'),
    () => click('link', 'Go to retirement with it'),
  ]) {
    await act()
    await click('link', 'Back to the tour')
    await click('link', /^Next: /)
  }
  await click('link', 'What is in the token')
  await click('button', 'Sign in and open the token')
  await click('link', 'Back to the tour')
  await click('link', /^Next: /)
  await click('link', 'Change the name and ask both services')
  await expect(page.getByText('token_signature_invalid').first()).toBeVisible()
  // Nine seconds for each to read and to click.
  expect(clicks).toBeLessThanOrEqual(20)
  expect((Date.now() - startedAt) / 1000 + clicks * 8).toBeLessThan(180)
})

test('the tour keeps its place, can be left, and resumed where it was', async ({ page, apps, context }) => {
  await page.goto(`${apps.bank}/tour`)
  await page.getByRole('button', { name: 'Begin the tour' }).click()
  await page.getByRole('button', { name: 'Sign in as Ada with a token' }).click()
  await page.goto(`${apps.bank}/tour/3`)
  await page.goto(apps.retirement)
  const bar = page.getByRole('complementary', { name: 'Tour' })
  await expect(bar).toContainText('Step 3 of 10 · A session in one server’s memory')

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
  await expect(bar).toContainText('Step 3 of 10')
  // Of what happened before: there. Of what happened while it was left: nothing.
  await expect(ticks(page)).toHaveCount(2)
  await page.goto(`${apps.bank}/tour/6`)
  await expect(diagram(page)).toHaveCount(0)
})

test('nobody else sees what was recorded, and without the tour nothing is', async ({
  page,
  apps,
  browser,
  context,
}) => {
  await page.goto(`${apps.bank}/tour`)
  await page.getByRole('button', { name: 'Begin the tour' }).click()
  await page.getByRole('button', { name: 'Sign in as Ada with a token' }).click()
  await page.goto(`${apps.bank}/tour/1`)
  await expect(diagram(page)).toHaveCount(1)
  const cookie = (await context.cookies()).find(({ name }) => name === 'signet_tour')
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', domain: '.signet.localhost' })
  expect(cookie?.value).toMatch(/^[\w-]{22}\.1$/)

  const other = await browser.newPage()
  await other.goto(`${apps.bank}/tour/1`)
  await expect(other.getByText('You are not on the tour')).toBeVisible()
  await expect(diagram(other)).toHaveCount(0)
  await other.getByRole('button', { name: 'Begin the tour here' }).click()
  await expect(diagram(other)).toHaveCount(0)
  await expect(ticks(other)).toHaveCount(0)
  await other.close()
})

test('no page of the tour has an accessibility violation, in either theme @one-process', async ({ browser, apps }) => {
  test.slow()
  const page = await pageForAxe(browser)
  await page.goto(`${apps.bank}/tour`)
  await expectAccessible(page, 'overview')
  await walkTour(page, { bankUrl: apps.bank, at: (moment, step) => expectAccessible(page, `step ${step}, ${moment}`) })
  await page.goto(`${apps.bank}/tour`)
  await expectAccessible(page, 'overview at the end')
  await page.close()
})
