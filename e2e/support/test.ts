import { randomBytes } from 'node:crypto'
import { test as base, expect, type Page } from '@playwright/test'
import { post, postWithCookies } from './api.js'

const url = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new TypeError(`${name} is set by the global setup`)
  return value
}

export interface Person {
  readonly username: string
  readonly name: string
  readonly password: string
}

export interface Apps {
  readonly bank: string
  readonly retirement: string
}

interface Fixtures {
  /** Both apps' public URLs. */
  apps: Apps
  /** Details for a new customer, unique to this test. Not registered yet. */
  person: Person
  /** Errors and warnings that the browser reported. A test fails if any is left at its end. */
  complaints: string[]
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
  apps: async ({}, use) => use({ bank: url('E2E_BANK_URL'), retirement: url('E2E_RETIREMENT_URL') }),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  person: async ({}, use) => {
    const id = randomBytes(4).toString('hex')
    await use({ username: `story-${id}`, name: `Story ${id}`, password: `a quiet place ${id}` })
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('console', (message) => {
        // The bank refuses to measure while the machine is too busy, and the test retries.
        if (message.text().includes('status of 503') && message.location().url.includes('/compare')) return
        // A page may open its event stream while its user signs out.
        if (message.text().includes('status of 401') && message.location().url.endsWith('/api/session/events')) return
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.exposeFunction('reportViolation', (text: string) => complaints.push(text))
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
          const { reportViolation } = window as unknown as { reportViolation: (text: string) => void }
          reportViolation(`CSP ${violatedDirective} ${blockedURI}`)
        })
      })
      await use(complaints)
      expect(complaints, 'errors and warnings of the browser').toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

export const ADA = { username: 'ada', name: 'Ada Lovelace', password: 'analytical-engine' }

/** Fills in the sign-in page that is open. */
export async function signIn(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Fills in the registration page that is open. */
export async function fillInRegistration(page: Page, { username, name, password }: Person): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Open my account' }).click()
  await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
}

export async function register(page: Page, apps: Apps, person: Person): Promise<void> {
  await page.goto(`${apps.bank}/register`)
  await fillInRegistration(page, person)
}

/** Registers a customer. The browser stays signed out. */
export async function addCustomer(apps: Apps, { username, name, password }: Person): Promise<void> {
  await post(`${apps.bank}/api/register`, { username, name, password })
}

/** Registers a customer and signs the browser in with a token, without opening a page. */
export const openAccount = (page: Page, apps: Apps, { username, name, password }: Person): Promise<void> =>
  postWithCookies(page.context(), `${apps.bank}/api/register`, { username, name, password })

/** Signs the browser in with a token, without opening a page. */
export const signInByApi = (page: Page, apps: Apps, { username, password }: Person): Promise<void> =>
  postWithCookies(page.context(), `${apps.bank}/api/login`, { username, password })

/** A page that hears of a sign-out asks who is signed in, and the browser reports the 401. Takes these complaints away. */
export function ignoreRefusals(complaints: string[]): void {
  const others = complaints.filter((complaint) => !complaint.includes('status of 401'))
  complaints.splice(0, complaints.length, ...others)
}

export async function expectSignedIn(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('banner').getByText(name)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Sign out', exact: true })).toBeVisible()
}

export async function expectSignInPage(page: Page, apps: Apps): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(new URL(page.url()).origin).toBe(apps.bank)
}

/** Calls the API of the open app as its pages can: with the browser's cookies. */
export async function askApi(page: Page, path: string, headers: Record<string, string> = {}) {
  return page.evaluate(
    async ([path, headers]) => {
      const response = await fetch(path, { headers })
      return { status: response.status, body: await response.json() }
    },
    [path, headers] as const,
  )
}
