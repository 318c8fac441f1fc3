import type { Page } from '@playwright/test'
import { ADA, expect, signInByApi, test } from '../support/test.js'

const region = (page: Page, name: string) => page.getByRole('region', { name })

/** A figure of a service, as the page shows it. */
async function number(page: Page, service: string, term: string): Promise<number> {
  const item = region(page, service).locator('.numbers > div').filter({ hasText: term })
  return Number.parseInt((await item.getByRole('definition').textContent()) ?? '', 10)
}

test('an operator sees the state of both services, and a new sign-in appears without reloading', async ({
  page,
  apps,
  browser,
}) => {
  await page.goto(`${apps.retirement}/`)
  await page.getByRole('link', { name: 'Operations' }).click()
  await expect(page).toHaveURL(`${apps.bank}/operations`)
  for (const [service, name] of [
    ['Signet Bank', 'bank'],
    ['Signet Retirement', 'retirement'],
  ] as const) {
    const replicas = region(page, service).getByRole('table', { name: `Replicas of ${service}` })
    await expect(replicas.getByRole('rowheader', { name: new RegExp(`^${name}-`) }).first()).toBeVisible()
    await expect(region(page, service).getByText('does not respond')).toHaveCount(0)
    await expect(region(page, service).getByRole('img', { name: /^Requests\/s over the last/ })).toBeVisible()
  }
  const earlier = await number(page, 'Signet Bank', 'Sign-ins')
  const visitor = await browser.newPage()
  await signInByApi(visitor, apps, ADA)
  await visitor.close()
  await expect.poll(() => number(page, 'Signet Bank', 'Sign-ins')).toBeGreaterThan(earlier)
})

test('the page stops refreshing when the user switches it off, and while it is hidden', async ({ page, apps }) => {
  await page.clock.install()
  let asked = 0
  page.on('request', (request) => {
    if (request.resourceType() === 'fetch') asked += 1
  })
  await page.goto(`${apps.bank}/operations`)
  const refresh = page.getByRole('checkbox', { name: 'Refresh every 3 seconds' })
  await expect(refresh).toBeChecked()
  /** Advances the page's clock and waits for the requests that it starts. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      await page.clock.runFor(1_000)
      await page.waitForLoadState('networkidle')
    }
  }
  await pass(4)
  await expect.poll(() => asked).toBeGreaterThan(0)
  await refresh.uncheck()
  asked = 0
  await pass(10)
  expect(asked, 'while switched off').toBe(0)
  await refresh.check()
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }))
  await pass(10)
  expect(asked, 'while hidden').toBe(0)
  await page.evaluate(() => Reflect.deleteProperty(document, 'hidden'))
  await pass(4)
  await expect.poll(() => asked).toBeGreaterThan(0)
})

test.describe(() => {
  test.use({ javaScriptEnabled: false })

  test('the page works without JavaScript and has a refresh link', async ({ page, apps }) => {
    await page.goto(`${apps.bank}/operations`)
    await expect(page.getByRole('checkbox', { name: /Refresh/ })).toBeHidden()
    await page.getByRole('link', { name: 'Refresh' }).click()
    await expect(region(page, 'Signet Bank').getByText('Authentication time')).toBeVisible()
  })
})
