import { expectAccessible } from '../support/accessibility.js'
import { expectNoSidewaysScroll } from '../support/sideways.js'
import { expect, test } from '../support/test.js'

const WIRE = 'Requests of this browser, newest first'

test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } })

test('requests of this browser appear in a second window as they happen, without any cookie’s value', async ({
  page,
  apps,
  context,
}) => {
  await page.goto(`${apps.bank}/tour`)
  await page.getByRole('button', { name: 'Start the tour' }).click()
  const wire = await context.newPage()
  await wire.goto(`${apps.bank}/wire`)
  await expect(wire.getByText('No requests yet.')).toBeVisible()

  await page.getByRole('button', { name: 'Sign in as Ada with a token' }).click()
  const rows = wire.getByRole('table', { name: WIRE }).getByRole('row')
  await expect(rows.filter({ hasText: 'Browser to Bank POST /sign-in' })).toContainText('password correct')
  await page.getByRole('link', { name: 'Retirement', exact: true }).click()
  const handoff = rows.filter({
    has: wire.getByRole('rowheader', { name: 'Browser to Retirement GET /', exact: true }),
  })
  await expect(handoff).toContainText('signet_token')
  await expect(handoff).toContainText('signature valid, no server called')
  await expect(handoff).toContainText(/200, in \d+ ms/)

  const html = await wire.content()
  for (const { name, value } of await context.cookies()) {
    if (/token|refresh|tour/.test(name)) expect(html.includes(value), name).toBe(false)
  }
  await expectAccessible(wire, 'live wire')
  await expectNoSidewaysScroll(wire, 'live wire')
})

test('the thief’s seat shows each request of an attempt on the wire', async ({ page, apps }) => {
  await page.goto(`${apps.bank}/thief`)
  await page.getByRole('button', { name: 'Take the seat' }).click()
  await page.getByRole('button', { name: 'Try it: Change the token' }).click()
  const rows = page.getByRole('table', { name: WIRE }).getByRole('row')
  for (const service of ['Bank', 'Retirement'])
    await expect(rows.filter({ hasText: `Thief to ${service} GET /api/me` })).toContainText('token_signature_invalid')
})

test.describe(() => {
  test.use({ javaScriptEnabled: false })

  test('without JavaScript the list grows by reloading, and no other browser sees it', async ({
    page,
    apps,
    browser,
  }) => {
    await page.goto(`${apps.bank}/tour`)
    await page.getByRole('button', { name: 'Start the tour' }).click()
    await page.getByRole('button', { name: 'Sign in as Ada with a token' }).click()
    const row = page.getByRole('row').filter({ hasText: 'POST /sign-in' })
    await page.goto(`${apps.bank}/wire`)
    // Events are written without waiting.
    await expect(async () => {
      await page.reload()
      await expect(row).toHaveCount(1, { timeout: 100 })
    }).toPass()
    const other = await browser.newPage()
    await other.goto(`${apps.bank}/wire`)
    await expect(other.getByText('Nothing is recorded.')).toBeVisible()
    await other.close()
  })
})
