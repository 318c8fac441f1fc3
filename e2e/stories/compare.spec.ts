import type { Page } from '@playwright/test'
import { MEASURED, measure } from '../support/measure.js'
import { ADA, askApi, expect, signInByApi, test } from '../support/test.js'

/** The row's cells: memory session, shared session, token. */
async function figures(page: Page, question: RegExp): Promise<string[]> {
  const row = page
    .getByRole('table', { name: MEASURED })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: question }) })
  return (await row.getByRole('cell').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim())
}

test('a visitor measures the three approaches and sees how they differ', async ({ page, apps }) => {
  await page.goto(`${apps.bank}/sign-in`)
  await page.getByRole('link', { name: 'Three approaches compared' }).first().click()
  await expect(page).toHaveURL(`${apps.bank}/compare`)
  await measure(page)

  expect(await figures(page, /^Lookups/)).toEqual([
    '1 in memory',
    expect.stringMatching(/^1 in (PostgreSQL|Redis)$/),
    'none',
  ])
  expect(await figures(page, /^Response of the other app/)).toEqual([
    'refused 401 token_missing',
    'accepted 200',
    'accepted 200',
  ])
  expect(await figures(page, /^After a restart/)).toEqual(['refused 401 token_missing', 'accepted 200', 'accepted 200'])
  expect(await figures(page, /^With the store down/)).toEqual([
    'accepted 200',
    'unavailable 503 unavailable',
    'accepted 200',
  ])
  const [memory = '', store = '', token = ''] = await figures(page, /propagation to retirement/)
  expect(memory).toBe('never accepted')
  for (const text of [store, token]) expect(text).toMatch(/^[\d.]+ m?s$/)
  const bytes = (await figures(page, /^Cookie size/)).map((text) => Number.parseInt(text, 10))
  expect(bytes[2]).toBeGreaterThan(5 * Math.max(bytes[0] ?? 0, bytes[1] ?? 0))
  // The page contains no token.
  expect(await page.content()).not.toMatch(/eyJ/)
})

test('a measurement adds no session to the user’s list, and works without JavaScript', async ({
  browser,
  page,
  apps,
}) => {
  await signInByApi(page, apps, ADA)
  const plain = await browser.newPage({ javaScriptEnabled: false })
  await plain.goto(`${apps.bank}/compare`)
  await measure(plain)
  await plain.close()
  await page.goto(apps.bank)
  const { body } = await askApi(page, '/api/sessions')
  const userAgents: string[] = body.data.map(({ userAgent }: { userAgent: string }) => userAgent)
  for (const userAgent of userAgents) expect(userAgent).toContain('Mozilla')
})
