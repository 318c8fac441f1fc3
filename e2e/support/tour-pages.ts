import { expect, type Page } from '@playwright/test'
import { sidewaysOverflow } from './sideways.js'
import type { Moment } from './tour.js'

/** The ticks of the steps from `first` on. An action may also complete an earlier step. */
export const ticks = (page: Page, first = 1) =>
  page
    .getByRole('navigation', { name: 'Steps of the tour' })
    .locator(`li:nth-child(n + ${first})`)
    .getByText('completed')
export const diagram = (page: Page) => page.getByRole('list', { name: 'Requests and responses' })

/** The main content of each step's diagram. */
const SAID: readonly RegExp[] = [
  /POST \/sign-in no sign-in cookie.*sets signet_token, signet_refresh.*GET \/ signet_token, signet_refresh/,
  /Browser to Retirement: GET \/ signet_token.*no server called.*Retirement responds to Browser: 200/,
  /sets signet_session; clears signet_token, signet_refresh.*in this server’s memory/,
  /Browser to Retirement: GET \/ signet_session.*refused: session_unknown.*303, redirect to bank \/sign-in/,
  /Bank to Store:.*Store responds to Bank: found.*Retirement to Store:.*Store responds to Retirement: found/,
  /GET \/token signet_token/,
  /Bank: verify changed token → token_signature_invalid.*Retirement responds to Bank: token_signature_invalid/,
  /Retirement to Bank: GET \/api\/me, forged token Bank responds to Retirement: 200, accepted/,
  /refused: token_expired.*GET \/sign-in signet_token, signet_refresh.*renewed with signet_refresh.*Retirement responds to Browser: 200/,
  /Retirement to Bank: POST \/api\/logout.*Bank: copied token, after \d+ ms: 401 token_revoked/,
]

/** The right answer to each step's question, with shared secrets. */
const RIGHT = [
  'Once',
  'Yes, without a call to the bank',
  'A random id',
  'No, only one process of the bank does',
  'A lookup in the shared store',
  'Anyone who has a copy',
  'Neither',
  'Yes',
  'The page that you asked for',
  'At most two seconds',
  'No, it can only collect passwords',
]

/** Fails unless the page of a completed step names the right answer to its question, which the visitor skipped. */
export const expectRightAnswer = (page: Page, step: number): Promise<void> =>
  expect(page.getByText(new RegExp(`^“${RIGHT[step - 1]}”\\. `))).toBeVisible()

/** Fails unless the page fits its window and shows what happened since the walk started at step `first`. */
export async function expectTold(page: Page, moment: Moment, step: number, first = 1): Promise<void> {
  expect(await sidewaysOverflow(page), `step ${step}, ${moment}`).toBeLessThanOrEqual(0)
  if (moment === 'there') return
  await expect(ticks(page, first)).toHaveCount(step - first + (moment === 'before' ? 0 : 1))
  await expect(diagram(page)).toHaveCount(moment === 'before' ? 0 : 1)
  if (moment === 'before') return
  await expectRightAnswer(page, step)
  const expected = SAID[step - 1] ?? /never/
  const told = async () => {
    const said = (await diagram(page).getByRole('listitem').allTextContents()).join(' ')
    // Events are written without waiting: on a busy machine this page may be rendered first.
    if (!expected.test(said)) await page.reload()
    return said
  }
  await expect.poll(told).toMatch(expected)
}
