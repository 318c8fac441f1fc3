import { type Page, test } from '@playwright/test'
import { walkTour } from '../support/tour.js'

/** Set by scripts/tour.mjs. */
const bankUrl = process.env.TOUR_URL ?? ''
const pauseMs = Number(process.env.TOUR_PAUSE_SECONDS ?? 4) * 1_000

test.use({ viewport: null })

/** Scrolls through the page at reading speed. */
async function readThrough(page: Page): Promise<void> {
  for (const name of ['Try it', 'What happened']) {
    const part = page.getByRole('region', { name })
    if ((await part.count()) === 0) continue
    await part.evaluate((element) => element.scrollIntoView({ behavior: 'smooth', block: 'start' }))
    await page.waitForTimeout(pauseMs / 2)
  }
}

test('the tour at presentation speed', async ({ page }) => {
  // The pauses decide how long it takes.
  test.setTimeout(0)
  await walkTour(page, {
    bankUrl,
    at: (moment) => (moment === 'after' ? readThrough(page) : page.waitForTimeout(pauseMs)),
  })
  await page.waitForTimeout(pauseMs)
})
