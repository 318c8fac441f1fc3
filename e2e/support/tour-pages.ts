import { expect, type Page } from '@playwright/test'
import { sidewaysOverflow } from './sideways.js'
import type { Moment } from './tour.js'

/** Ticks of the steps from `first` on: a step may also tick an earlier one. */
export const ticks = (page: Page, first = 1) =>
  page.getByRole('navigation', { name: 'Steps of the tour' }).locator(`li:nth-child(n + ${first})`).getByText('seen')
export const diagram = (page: Page) => page.getByRole('list', { name: 'What was sent, in order' })

/** The text that each step's diagram must contain. */
const SAID: readonly RegExp[] = [
  /POST \/sign-in no sign-in cookie.*sets signet_token, signet_refresh.*GET \/ signet_token, signet_refresh/,
  /Browser to Retirement: GET \/ signet_token.*nobody is asked.*Retirement answers Browser: 200/,
  /sets signet_session; clears signet_token, signet_refresh.*in this server’s memory/,
  /Browser to Retirement: GET \/ signet_session.*refused: session_unknown.*303, go to bank \/sign-in/,
  /Bank to Store:.*Store answers Bank: found.*Retirement to Store:.*Store answers Retirement: found/,
  /GET \/token signet_token/,
  /Bank: verify: changed token → token_signature_invalid.*Retirement answers Bank: token_signature_invalid/,
  /Retirement to Bank: GET \/api\/me, forged token Bank answers Retirement: 200: genuine/,
  /refused: token_expired.*GET \/sign-in signet_token, signet_refresh.*renewed by signet_refresh.*Retirement answers Browser: 200/,
  /Retirement to Bank: POST \/api\/logout.*Bank: a copy, \d+ ms after: 401 token_revoked/,
]

/** Asserts that the tour page fits its window and shows the events since the walk began at step `first`. */
export async function expectTold(page: Page, moment: Moment, step: number, first = 1): Promise<void> {
  expect(await sidewaysOverflow(page), `step ${step}, ${moment}`).toBeLessThanOrEqual(0)
  if (moment === 'there') return
  await expect(ticks(page, first)).toHaveCount(step - first + (moment === 'before' ? 0 : 1))
  await expect(diagram(page)).toHaveCount(moment === 'before' ? 0 : 1)
  if (moment === 'before') return
  const expected = SAID[step - 1] ?? /never/
  const told = async () => {
    const said = (await diagram(page).getByRole('listitem').allTextContents()).join(' ')
    // A service records an event after its response, so on a busy machine this page may be earlier.
    if (!expected.test(said)) await page.reload()
    return said
  }
  await expect.poll(told).toMatch(expected)
}
