import { mkdir, writeFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { expect } from '../support/test.js'

/** The folder of the documents' pictures. `npm run pictures` overwrites all of them. */
const folder = new URL('../../docs/pictures/', import.meta.url)

/** Returns the URL of a picture's file. */
export const pictureAt = (name: string): URL => new URL(name, folder)

/** For PNG as Chromium writes it, without further compression. */
const MAX_BYTES = 450_000

/** Makes pictures independent of the machine. */
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
  /** Selector of the element to scroll to the top. Default: the top of the page. */
  readonly from?: string
  /** Takes a picture of this element alone. */
  readonly part?: Locator
}

/** Takes a screenshot of the window as PNG, without a focus ring. */
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
  await writeFile(pictureAt(`${name}.png`), png)
}
