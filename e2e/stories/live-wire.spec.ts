import type { Page } from '@playwright/test'
import { expectAccessible } from '../support/accessibility.js'
import { expectNoSidewaysScroll } from '../support/sideways.js'
import { expect, test } from '../support/test.js'

const WIRE = 'Requests of this browser, newest first'

const VALID = 'signature valid, no server called'
/** A page that is open listens for the end of its session. */
const rowsOf = (service: string, cookies: string) => [
  [`Browser to ${service} GET /api/session/events`, cookies, VALID, '200, in … ms'],
  [`Browser to ${service} GET /`, cookies, VALID, '200, in … ms'],
]
/** The rows of a login with a token, newest first: request, cookies, what was verified, response. */
const SIGNED_IN = [
  ...rowsOf('Bank', 'signet_token, signet_refresh'),
  [
    'Browser to Bank POST /sign-in',
    'none',
    'password correct',
    '303, redirect to bank /; sets signet_token, signet_refresh, in … ms',
  ],
]

/** The cells of each row of the wire. */
const cellsOf = (page: Page) =>
  page
    .getByRole('table', { name: WIRE })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map(({ textContent }) => textContent?.replace(/\d+ ms/, '… ms'))),
    )

test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } })

test('requests of this browser appear in a second window as they happen, without any cookie’s value', async ({
  page,
  apps,
  context,
}) => {
  await page.goto(`${apps.bank}/tour`)
  await page.getByRole('button', { name: 'Start the tour' }).click()
  const wire = await context.newPage()
  let streams = 0
  wire.on('request', (request) => {
    if (request.url().endsWith('/wire/events')) streams += 1
  })
  await wire.goto(`${apps.bank}/wire`)
  await expect(wire.getByText('No requests yet.')).toBeVisible()

  await page.getByRole('button', { name: 'Sign in as Ada with a token' }).click()
  await expect.poll(() => cellsOf(wire)).toEqual(SIGNED_IN)
  await page.getByRole('link', { name: 'Retirement', exact: true }).click()
  await expect.poll(() => cellsOf(wire)).toEqual([...rowsOf('Retirement', 'signet_token'), ...SIGNED_IN])
  expect(streams, 'one stream announces every request').toBe(1)

  const html = await wire.content()
  for (const { name, value } of await context.cookies()) {
    if (/token|refresh|tour/.test(name)) expect(html.includes(value), name).toBe(false)
  }
  await expectAccessible(wire, 'live wire')
  await expectNoSidewaysScroll(wire, 'live wire')
})

test('many events at once cost two refreshes', async ({ page, apps }) => {
  await page.goto(`${apps.bank}/tour`)
  await page.getByRole('button', { name: 'Start the tour' }).click()
  let [streams, refreshes] = [0, 0]
  page.on('request', (request) => {
    if (request.url() === `${apps.bank}/wire` && request.resourceType() === 'fetch') refreshes += 1
  })
  await page.route('**/wire/events', (route) => {
    streams += 1
    const body = `retry: 1000\n\n${'event: requests\ndata:\n\n'.repeat(20)}`
    return streams === 1 ? route.fulfill({ contentType: 'text/event-stream', body }) : route.continue()
  })
  await page.goto(`${apps.bank}/wire`)
  // The second stream is open, which is one refresh more.
  await expect.poll(() => streams).toBe(2)
  expect(refreshes).toBeLessThan(4)
})

test('the thief’s seat shows each request of an attempt on the wire', async ({ page, apps }) => {
  await page.goto(`${apps.bank}/thief`)
  await page.getByRole('button', { name: 'Take the seat' }).click()
  await page.getByRole('button', { name: 'Try it: Change the token' }).click()
  const refused = (service: string) => [
    `Thief to ${service} GET /api/me`,
    'signet_token',
    'refused: token_signature_invalid',
    '401, in … ms',
  ]
  // Both services are asked at once.
  const thiefs = async () => (await cellsOf(page)).filter(([request]) => request?.startsWith('Thief')).sort()
  await expect.poll(thiefs).toEqual([refused('Bank'), refused('Retirement')])
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
