import { expect, type Page } from '@playwright/test'
import { fillInRegistration, type Person } from './test.js'

const go = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

interface WalkedStep {
  readonly title: string
  readonly act: (page: Page) => Promise<void>
}

/** What the user does at each step without a passkey, by the names of links and buttons, and the page that follows. */
export const TOUR: readonly WalkedStep[] = [
  {
    title: 'Sign in at the bank',
    act: async (page) => {
      await press(page, 'Sign in as Ada with a token')
      await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
    },
  },
  {
    title: 'Open retirement without a second sign-in',
    act: async (page) => {
      await go(page, 'Go to retirement')
      await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
    },
  },
  {
    title: 'Sign in with a memory session',
    act: async (page) => {
      await press(page, 'Sign in with a memory session')
      await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
    },
  },
  {
    title: 'Open retirement with the memory session',
    act: async (page) => {
      await go(page, 'Go to retirement with the session')
      await expect(page.getByText('does not know it')).not.toHaveCount(0)
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    },
  },
  {
    title: 'Sign in with a shared session',
    act: async (page) => {
      await press(page, 'Sign in with a shared session')
      await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
      await go(page, 'Retirement')
      await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
    },
  },
  {
    title: 'Inspect the token',
    act: async (page) => {
      await press(page, 'Sign in and inspect the token')
      await expect(page).toHaveURL(/\/token$/)
    },
  },
  {
    title: 'Change the token',
    act: async (page) => {
      await go(page, 'Change the name and verify at both services')
      await expect(page.getByText('token_signature_invalid').first()).toBeVisible()
    },
  },
  {
    title: 'Forge a token',
    act: async (page) => {
      await go(page, 'Go to the forgery page')
      await press(page, 'Forge a token')
      await expect(page.getByRole('heading', { name: 'Response of the bank' })).toBeVisible()
    },
  },
  {
    title: 'Let the token expire',
    act: async (page) => {
      await press(page, 'Let my token expire, then go to retirement')
      await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
    },
  },
  {
    title: 'Sign out everywhere',
    act: async (page) => {
      await go(page, 'Go to retirement to sign out')
      await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
      await press(page, 'Sign out')
      await expect(page.getByText('You are signed out')).toBeVisible()
    },
  },
]

/** The last step, for a new customer. The browser needs an authenticator. */
export const passkeyStep = (person: Person): WalkedStep => ({
  title: 'Sign in without a password',
  act: async (page) => {
    await go(page, 'Open an account of your own')
    await fillInRegistration(page, person)
    await go(page, 'Security')
    await press(page, 'Add a passkey')
    await go(page, 'I have kept them')
    await press(page, 'Sign out')
    await press(page, 'Use a passkey')
    await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
  },
})

/** The step's page before the action, the page after it, and the step's page again. */
export type Moment = 'before' | 'there' | 'after'

export interface WalkOptions {
  readonly bankUrl: string
  /** Default: {@link TOUR}. */
  readonly steps?: readonly WalkedStep[]
  /** Default: the first step. A walk from a later step starts the tour there. */
  readonly first?: number
  readonly last?: number
  /** Called at each of the three moments of a step. */
  readonly at?: (moment: Moment, step: number, title: string) => Promise<void>
}

/** Walks through the tour as a user does, by the page texts. */
export async function walkTour(page: Page, options: WalkOptions): Promise<void> {
  const { bankUrl, steps = TOUR, first = 1, last = steps.length, at = async () => {} } = options
  await page.goto(first === 1 ? `${bankUrl}/tour` : `${bankUrl}/tour/${first}`)
  await press(page, first === 1 ? 'Start the tour' : 'Start the tour here')
  for (const [index, { title, act }] of steps.slice(first - 1, last).entries()) {
    const step = first + index
    await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible()
    await at('before', step, title)
    await act(page)
    await expect(page.getByRole('complementary', { name: 'Tour' })).toContainText(`Step ${step} of ${TOUR.length + 1}`)
    await at('there', step, title)
    await go(page, 'Back to the tour')
    await expect(page.getByText('Completed', { exact: true })).toBeVisible()
    await at('after', step, title)
    if (step < last) await page.getByRole('link', { name: /^Next: / }).click()
  }
}
