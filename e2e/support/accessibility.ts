import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import { loaded } from './loaded.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Rules that are off in axe unless asked for, and count in Lighthouse's score for accessibility. With these and all that are on, a
 * page without a violation has 100 there.
 */
const OF_LIGHTHOUSE = ['identical-links-same-purpose', 'target-size']
/** What a theme can break, and what a narrow window can. */
const OF_THEMES = ['color-contrast', 'link-in-text-block']
const OF_PHONES = ['target-size', 'scrollable-region-focusable']

const violations = (page: Page, only?: readonly string[]): Promise<string[]> =>
  page.evaluate(
    async ([only, also]) => {
      const { axe } = window as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      const rules = Object.fromEntries(also.map((id) => [id, { enabled: true }]))
      // Of what is not violated axe describes nothing: that is most of its work.
      const found = await axe.run({
        resultTypes: ['violations'],
        // The rules that are on need no style sheet fetched a second time.
        preload: false,
        ...(only === undefined ? { rules } : { runOnly: only }),
      })
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
    },
    [only, OF_LIGHTHOUSE] as const,
  )

/**
 * Fails when the page that is open has a violation by any rule of axe, in the light theme on a desk; or, in the dark theme on a
 * phone, one by colour or by room: themes and windows differ in nothing else.
 */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await loaded(page)
  // Not as a script tag: the policy of the pages lets no foreign script in.
  await page.evaluate(axe)
  expect(await violations(page), name).toEqual([])
  const desk = page.viewportSize()
  await page.setViewportSize({ width: 390, height: 760 })
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await violations(page, [...OF_THEMES, ...OF_PHONES]), `${name}, dark, on a phone`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
  if (desk) await page.setViewportSize(desk)
}
