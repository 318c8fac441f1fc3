import { expect, type Page } from '@playwright/test'
import { askApi } from './test.js'

/** Asserts that every POST form of the open page names the authenticated user, or no user when signed out. */
export async function expectFormsNameUser(page: Page, name: string): Promise<void> {
  const signedIn = (await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).count()) > 0
  const userId = signedIn ? String((await askApi(page, '/api/me')).body.data.id) : ''
  const users = await page
    .locator('form[method="post"]')
    .evaluateAll((forms) => forms.map((form) => new FormData(form as HTMLFormElement).getAll('signed_in_as')))
  expect(users.length, `${name}: the theme switch at least`).toBeGreaterThan(0)
  for (const named of users) expect(named, name).toEqual([userId])
  // `maxlength` would cut pasted text silently. The service reports the limit instead.
  expect(await page.locator('[maxlength]').count(), `${name}: fields with maxlength`).toBe(0)
}
