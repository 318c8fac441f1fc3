import { mkdir, writeFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expect } from '../support/test.js'

/** Where the documents look for their pictures; `npm run pictures` writes all of them anew. */
const folder = new URL('../../docs/pictures/', import.meta.url)

/** As a browser writes it: a picture is not compressed any further. */
const MAX_BYTES = 450_000

/** The same pictures wherever they are taken. */
export const LIKE_PRINTED = {
  contextOptions: { reducedMotion: 'reduce' },
  colorScheme: 'light',
  locale: 'en-US',
  timezoneId: 'UTC',
  deviceScaleFactor: 2,
} as const

export const makeFolder = async (): Promise<void> => {
  await mkdir(folder, { recursive: true })
}

export interface Where {
  /** The window begins at this part of the page instead of its top. */
  readonly from?: string
  /** This part alone. */
  readonly part?: Locator
}

/** What stands in the window, as PNG, without a focus ring. */
export async function take(page: Page, { from = 'body', part }: Where = {}): Promise<Buffer> {
  await page.evaluate((selector) => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    document.querySelector(selector)?.scrollIntoView({ block: 'start', behavior: 'instant' })
  }, from)
  return (part ?? page).screenshot({ animations: 'disabled', caret: 'hide' })
}

export async function save(page: Page, name: string, where?: Where): Promise<void> {
  const png = await take(page, where)
  expect(png.length, `${name}.png in bytes`).toBeLessThan(MAX_BYTES)
  await writeFile(new URL(`${name}.png`, folder), png)
}
