import { expect, type Page } from '@playwright/test'
import { measure } from './measure.js'
import { ADA, type Apps, signInByApi } from './test.js'

/** Checks the open page. */
export type CheckPage = (name: string) => Promise<void>
type Walk = (page: Page, apps: Apps, checkPage: CheckPage) => Promise<void>

const heading = (page: Page, name: string, exact = false) => page.getByRole('heading', { name, exact })

async function signedOutPages(page: Page, { bank }: Apps, checkPage: CheckPage): Promise<void> {
  await page.goto(`${bank}/sign-in`)
  await checkPage('sign in')
  await page.goto(`${bank}/tour`)
  await checkPage('tour')
  await page.getByRole('link', { name: 'Open retirement with the memory session' }).click()
  await expect(page.getByText('You are not on the tour')).toBeVisible()
  await checkPage('a step, without being on the tour')
  await page.goto(`${bank}/sign-in`)
  await page.getByRole('link', { name: 'Open an account' }).click()
  await expect(heading(page, 'Open an account')).toBeVisible()
  await checkPage('register')
  await page.goto(`${bank}/sign-in`)
  await page.getByRole('link', { name: 'Use a recovery code' }).click()
  await expect(heading(page, 'Use a recovery code')).toBeVisible()
  await checkPage('sign in with a recovery code')
}

async function accounts(page: Page, apps: Apps, checkPage: CheckPage): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(apps.bank)
  await expect(heading(page, 'Accounts')).toBeVisible()
  await checkPage('accounts')
  await page.getByText('Under the hood').click()
  await expect(page.getByText('Answered by')).toBeVisible()
  await checkPage('accounts, with request details')
  await page.getByRole('link', { name: 'Checking' }).click()
  await expect(heading(page, 'Checking')).toBeVisible()
  await checkPage('account')
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(page.getByRole('link', { name: 'Newer' })).toBeVisible()
  await checkPage('older entries')
  await page.getByRole('textbox', { name: 'Find' }).fill('standing order')
  await page.getByRole('button', { name: 'Find' }).click()
  await expect(page.getByRole('link', { name: 'Show all' })).toBeVisible()
  await checkPage('found entries')
  await page.getByRole('link', { name: 'Standing order' }).first().click()
  await expect(heading(page, 'Transfer')).toBeVisible()
  await checkPage('receipt')
}

async function transfers(page: Page, apps: Apps, checkPage: CheckPage): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(`${apps.bank}/transfer?to=retirement&amount=250.00`)
  await expect(heading(page, 'Transfer money')).toBeVisible()
  await checkPage('transfer')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(heading(page, 'Review your transfer')).toBeVisible()
  await checkPage('review')
  await page.goto(`${apps.bank}/standing-orders`)
  await expect(page.getByRole('button', { name: 'Cancel $1,200.00' })).toBeVisible()
  await checkPage('standing orders')
  await page.getByRole('link', { name: 'Set up a standing order' }).click()
  await expect(heading(page, 'Set up a standing order')).toBeVisible()
  await checkPage('a new standing order')
  await page.getByLabel('My retirement plan').check()
  await page.getByLabel('Amount').fill('25.00')
  await page.getByLabel('Every month').check()
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(heading(page, 'Review your standing order')).toBeVisible()
  await checkPage('review of a standing order')
  await page.goto(`${apps.bank}/security`)
  await expect(heading(page, 'Security')).toBeVisible()
  await checkPage('security')
  for (const path of ['password', 'password/remove', 'recovery-codes']) {
    await page.goto(`${apps.bank}/security/${path}`)
    await expect(page.getByRole('link', { name: 'Cancel' })).toBeVisible()
    await checkPage(`security/${path}`)
  }
  await page.goto(`${apps.bank}/sign-out`)
  await checkPage('sign out')
}

async function explanations(page: Page, apps: Apps, checkPage: CheckPage): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(`${apps.bank}/compare`)
  await measure(page)
  await checkPage('compare')
  await page.goto(`${apps.bank}/operations`)
  await expect(page.getByRole('table', { name: 'Replicas of Signet Retirement' })).toBeVisible()
  await checkPage('operations')
  await docsAndToken(page, apps.bank, checkPage)
}

async function retirement(page: Page, apps: Apps, checkPage: CheckPage): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(apps.retirement)
  await expect(heading(page, 'Your plan')).toBeVisible()
  await checkPage('plan')
  await page.goto(`${apps.retirement}/?contributions=all`)
  await checkPage('all contributions')
  await docsAndToken(page, apps.retirement, checkPage)
}

async function docsAndToken(page: Page, app: string, checkPage: CheckPage): Promise<void> {
  await page.goto(`${app}/docs`)
  await expect(heading(page, 'API', true)).toBeVisible()
  await checkPage('docs')
  await page.goto(`${app}/token?exhibit=last-character`)
  await expect(heading(page, 'Your token')).toBeVisible()
  await checkPage('a changed token')
}

/** Every page of both apps, in independent walks by name. */
export const WALKS: Readonly<Record<string, Walk>> = {
  'signed out': signedOutPages,
  'of the accounts': accounts,
  'of transfers and security': transfers,
  'that explains the bank': explanations,
  'of retirement': retirement,
}

/** Opens the lab pages of one app in each state that {@link WALKS} does not reach. */
export async function walkLabs(page: Page, apps: Apps, app: keyof Apps, checkPage: CheckPage): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(`${apps[app]}/token`)
  await expect(heading(page, 'Your token')).toBeVisible()
  await checkPage('token')
  for (const exhibit of ['wrong-type', 'alg-none']) {
    await page.goto(`${apps[app]}/token?exhibit=${exhibit}`)
    await checkPage(exhibit)
  }
  await page.getByRole('button', { name: 'Change the claim and verify' }).click()
  await expect(page.locator('#answers').getByText('token_signature_invalid')).not.toHaveCount(0)
  await checkPage('a change')
  if (app === 'bank') return
  await page.goto(`${apps.retirement}/who-may-sign`)
  await checkPage('who may sign')
  await page.getByRole('button', { name: 'Forge a token' }).click()
  await expect(page.getByText('The bank accepted a token for Forged User')).toBeVisible()
  await checkPage('who may sign, tried')
}
