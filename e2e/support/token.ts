import { type BrowserContext, expect, type Page } from '@playwright/test'
import { postWithCookies } from './api.js'
import { type Apps, askApi } from './test.js'

export async function readToken(context: BrowserContext) {
  const cookie = (await context.cookies()).find(({ name }) => name === 'signet_token')
  if (!cookie) throw new TypeError('no user is signed in')
  return cookie
}

/**
 * Replaces the browser's token with an expired one of the same session. The refresh token stays.
 *
 * The bank signs a token with a lifetime of one second and responds after its `exp`, as on the tour.
 */
export const letTokenExpire = (page: Page, { bank }: Apps): Promise<void> =>
  postWithCookies(page.context(), `${bank}/tour/expire`)

/** Asserts that the open app refuses the token as expired. The browser reports the 401. */
export async function expectTokenExpired(page: Page): Promise<void> {
  expect((await askApi(page, '/api/me')).body.code).toBe('token_expired')
}
