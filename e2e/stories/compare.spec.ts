import type { Page } from '@playwright/test'
import { MEASURED, measure } from '../support/measure.js'
import { ADA, askApi, expect, signInByApi, test } from '../support/test.js'

/** What the three approaches came to: memory, shared store, token. */
async function figures(page: Page, question: RegExp): Promise<string[]> {
  const row = page
    .getByRole('table', { name: MEASURED })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: question }) })
  return (await row.getByRole('cell').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim())
}

test('a visitor has the three approaches measured, and sees what sets them apart', async ({ page, apps }) => {
  await page.goto(`${apps.bank}/sign-in`)
  await page.getByRole('link', { name: 'Three approaches compared' }).first().click()
  await expect(page).toHaveURL(`${apps.bank}/compare`)
  await measure(page)

  expect(await figures(page, /^Lookups/)).toEqual([
    '1 in its own memory',
    expect.stringMatching(/^1 in (PostgreSQL|Redis)$/),
    'none',
  ])
  expect(await figures(page, /^The other app says/)).toEqual([
    'does not know you 401 token_missing',
    'knows you 200',
    'knows you 200',
  ])
  expect(await figures(page, /^After a restart/)).toEqual([
    'does not know you 401 token_missing',
    'knows you 200',
    'knows you 200',
  ])
  expect(await figures(page, /^With the store down/)).toEqual([
    'knows you 200',
    'cannot tell 503 unavailable',
    'knows you 200',
  ])
  const [memory = '', store = '', token = ''] = await figures(page, /refusal at retirement/)
  expect(memory).toBe('it never knew')
  for (const text of [store, token]) expect(text).toMatch(/^[\d.]+ m?s$/)
  const bytes = (await figures(page, /^On the wire/)).map((text) => Number.parseInt(text, 10))
  expect(bytes[2]).toBeGreaterThan(5 * Math.max(bytes[0] ?? 0, bytes[1] ?? 0))
  // Nothing of what was measured with is in the page.
  expect(await page.content()).not.toMatch(/eyJ/)
})

test('measuring leaves nothing in anybody’s list of sign-ins, and works without JavaScript', async ({
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
