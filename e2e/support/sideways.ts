import { expect, type Page } from '@playwright/test'

/** A phone, a tablet held either way, and a desk. */
const WIDTHS = [360, 640, 800, 1024, 1280]

/** Fails when the page that is open is wider than its window at some width. */
export async function expectNoSidewaysScroll(page: Page, name: string): Promise<void> {
  // What was clicked for may be here before its style sheet is.
  await page.waitForLoadState('load')
  const before = page.viewportSize()
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 740 })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow, `${name}, ${width} px wide`).toBeLessThanOrEqual(0)
  }
  if (before) await page.setViewportSize(before)
}
