import type { Page } from '@playwright/test'
import { expectAccessible } from '../support/accessibility.js'
import { expect, test } from '../support/test.js'

const ATTEMPTS = [
  ['Use the token', /authenticated the request as made-up-/],
  ['Change the token', 'token_signature_invalid'],
  ['Use an expired token', 'token_expired'],
  ['Plant a cookie', 'token_malformed'],
  ['Post across sites', 'cross_site_request'],
  ['Replay a refresh token', 'token_revoked'],
  ['Use a copy after a sign-out', 'token_revoked'],
] as const

const attempt = (page: Page, title: string) => page.getByRole('listitem').filter({ hasText: title })
const outcome = (page: Page) => page.getByRole('table', { name: 'Requests and responses, in order' })

test.describe(() => {
  test.use({ javaScriptEnabled: false, colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } })

  test('a visitor tries what a thief would, and each attempt is done when both services have answered', async ({
    page,
    apps,
  }) => {
    await page.goto(`${apps.bank}/sign-in`)
    await page.getByRole('link', { name: 'The thief’s seat' }).click()
    await page.getByRole('button', { name: 'Take the seat' }).click()
    for (const [title, answer] of ATTEMPTS) {
      await expect(attempt(page, title).getByText('Done')).toHaveCount(0)
      await page.getByRole('button', { name: `Try it: ${title}` }).click()
      await expect(outcome(page).getByText(answer).first()).toBeVisible()
      await expect(attempt(page, title).getByText('Done')).toBeVisible()
    }
    await expect(page.getByText('You have tried everything')).toBeVisible()
  })
})

test('copies that no service accepts leave an attempt undone, and the page is accessible', async ({
  page,
  apps,
  context,
  complaints,
}) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(`${apps.bank}/thief`)
  await expectAccessible(page, 'the empty seat')
  await context.addCookies([{ name: 'signet_loot', value: `a.b.c~a.b.c~d.e~${'r'.repeat(22)}~`, url: apps.bank }])
  await page.reload()
  await page.getByRole('button', { name: 'Try it: Use the token', exact: true }).click()
  await expect(outcome(page).getByText('token_malformed')).toHaveCount(2)
  await expect(page.getByText('The services did not answer as expected.')).toBeVisible()
  await expect(attempt(page, 'Use the token').first().getByText('Done')).toHaveCount(0)
  await expectAccessible(page, 'a failed attempt')
  // The planted cookie names a recording that does not exist, so the live wire has no stream.
  expect(complaints.splice(0).filter((complaint) => !complaint.includes('status of 404'))).toEqual([])
})
