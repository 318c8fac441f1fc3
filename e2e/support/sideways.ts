import { expect, type Page } from '@playwright/test'
import { loaded } from './loaded.js'

/** Phone, large phone, tablet, landscape tablet, desktop, in px. */
const WIDTHS = [360, 640, 800, 1024, 1280]

/** Returns by how many px the open page is wider than its window. */
export async function sidewaysOverflow(page: Page): Promise<number> {
  await loaded(page)
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

/** Asserts that the open page fits its window at every width. */
export async function expectNoSidewaysScroll(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 740 })
    expect(await sidewaysOverflow(page), `${name}, ${width} px wide`).toBeLessThanOrEqual(0)
  }
  if (before) await page.setViewportSize(before)
}
