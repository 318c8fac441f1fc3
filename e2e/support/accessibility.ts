import { createRequire } from 'node:module'
import { type Browser, expect, type Page } from '@playwright/test'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** A page that axe can look into: the policy of the pages lets no foreign script in, and axe is one. */
export const pageForAxe = (browser: Browser): Promise<Page> =>
  browser.newPage({ colorScheme: 'light', reducedMotion: 'reduce', bypassCSP: true })

const violations = (page: Page, rules?: readonly string[]): Promise<string[]> =>
  page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const found = await axe.run(runOnly === undefined ? {} : { runOnly })
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
  }, rules)

/**
 * Fails when the page that is open has a violation by any rule of axe, in the light theme, or one by colour in the dark
 * theme: themes differ in nothing but colours.
 */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await page.addScriptTag({ path: axe })
  expect(await violations(page), name).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await violations(page, ['color-contrast', 'link-in-text-block']), `${name}, dark`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
}
