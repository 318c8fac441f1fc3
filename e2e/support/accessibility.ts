import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import { loaded } from './loaded.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Rules that axe leaves off by default and that count in Lighthouse's accessibility score. A page that passes these and axe's
 * default rules scores 100.
 */
const LIGHTHOUSE_RULES = ['identical-links-same-purpose', 'target-size']
/** Rules that a theme can break, and rules that a narrow window can break. */
const THEME_RULES = ['color-contrast', 'link-in-text-block']
const NARROW_WINDOW_RULES = ['target-size', 'scrollable-region-focusable']

const violations = (page: Page, only?: readonly string[]): Promise<string[]> =>
  page.evaluate(
    async ([only, also]) => {
      const { axe } = window as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      const rules = Object.fromEntries(also.map((id) => [id, { enabled: true }]))
      // Describing rules that pass would be most of axe's work.
      const found = await axe.run({
        resultTypes: ['violations'],
        // No enabled rule needs the style sheets fetched a second time.
        preload: false,
        ...(only === undefined ? { rules } : { runOnly: only }),
      })
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
    },
    [only, LIGHTHOUSE_RULES] as const,
  )

/**
 * Asserts that the open page breaks no rule of axe in the light theme on a desktop. In the dark theme on a phone it checks colors
 * and layout, because other rules do not depend on theme or width.
 */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await loaded(page)
  // The Content-Security-Policy refuses a script tag.
  await page.evaluate(axe)
  expect(await violations(page), name).toEqual([])
  const desktop = page.viewportSize()
  await page.setViewportSize({ width: 390, height: 760 })
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await violations(page, [...THEME_RULES, ...NARROW_WINDOW_RULES]), `${name}, dark, on a phone`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
  if (desktop) await page.setViewportSize(desktop)
}
