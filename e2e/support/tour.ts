import { expect, type Page } from '@playwright/test'

const go = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** The action of each step, by the names of links and buttons, and the page that it leads to. */
export const TOUR: readonly { readonly title: string; readonly act: (page: Page) => Promise<void> }[] = [
  {
    title: 'Sign in at the bank',
    act: async (page) => {
      await press(page, 'Sign in as Ada with a token')
      await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
    },
  },
  {
    title: 'Retirement, without another sign-in',
    act: async (page) => {
      await go(page, 'Go to retirement')
      await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
    },
  },
  {
    title: 'A session in one server’s memory',
    act: async (page) => {
      await press(page, 'Sign in with a session')
      await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
    },
  },
  {
    title: 'Retirement does not know it',
    act: async (page) => {
      await go(page, 'Go to retirement with it')
      await expect(page.getByText('does not know it')).not.toHaveCount(0)
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    },
  },
  {
    title: 'A session in a shared store',
    act: async (page) => {
      await press(page, 'Sign in with a shared session')
      await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
      await go(page, 'Retirement')
      await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
    },
  },
  {
    title: 'What is in the token',
    act: async (page) => {
      await press(page, 'Sign in and open the token')
      await expect(page).toHaveURL(/\/token$/)
    },
  },
  {
    title: 'Change it, and see it refused',
    act: async (page) => {
      await go(page, 'Change the name and ask both services')
      await expect(page.getByText('token_signature_invalid').first()).toBeVisible()
    },
  },
  {
    title: 'Who may sign?',
    act: async (page) => {
      await go(page, 'Go and let retirement try')
      await press(page, 'Let retirement try')
      await expect(page.getByRole('heading', { name: 'What the bank says' })).toBeVisible()
    },
  },
  {
    title: 'It expires and renews itself',
    act: async (page) => {
      await press(page, 'Let my token expire, then go to retirement')
      await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
    },
  },
  {
    title: 'Sign out everywhere',
    act: async (page) => {
      await go(page, 'Go to retirement, to sign out there')
      await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
      await press(page, 'Sign out')
      await expect(page.getByText('You are signed out')).toBeVisible()
    },
  },
]

/** On the step's page before its action, on the page that the action opens, and back on the step's page. */
export type Moment = 'before' | 'there' | 'after'

export interface WalkOptions {
  readonly bankUrl: string
  /** Default: all steps. A walk from a later step begins the tour there. */
  readonly first?: number
  readonly last?: number
  /** Called at each moment of each step. */
  readonly at?: (moment: Moment, step: number, title: string) => Promise<void>
}

/** Walks through the tour by its visible links and buttons. */
export async function walkTour(page: Page, options: WalkOptions): Promise<void> {
  const { bankUrl, first = 1, last = TOUR.length, at = async () => {} } = options
  await page.goto(first === 1 ? `${bankUrl}/tour` : `${bankUrl}/tour/${first}`)
  await press(page, first === 1 ? 'Begin the tour' : 'Begin the tour here')
  for (const [index, { title, act }] of TOUR.slice(first - 1, last).entries()) {
    const step = first + index
    await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible()
    await at('before', step, title)
    await act(page)
    await expect(page.getByRole('complementary', { name: 'Tour' })).toContainText(`Step ${step} of ${TOUR.length}`)
    await at('there', step, title)
    await go(page, 'Back to the tour')
    await expect(page.getByText('Seen.', { exact: true })).toBeVisible()
    await at('after', step, title)
    if (step < last) await page.getByRole('link', { name: /^Next: / }).click()
  }
}
