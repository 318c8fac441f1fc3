import { expect, type Page } from '@playwright/test'
import { measure } from './measure.js'
import { ADA, type Apps, signInByApi } from './test.js'

/** Looks at the page that is open. */
export type Look = (name: string) => Promise<void>
type Walk = (page: Page, apps: Apps, look: Look) => Promise<void>

const heading = (page: Page, name: string, exact = false) => page.getByRole('heading', { name, exact })

async function beforeTheSignIn(page: Page, { bank }: Apps, look: Look): Promise<void> {
  await page.goto(`${bank}/sign-in`)
  await look('sign in')
  await page.goto(`${bank}/tour`)
  await look('tour')
  await page.getByRole('link', { name: 'Retirement does not know it' }).click()
  await expect(page.getByText('You are not on the tour')).toBeVisible()
  await look('a step, without being on the tour')
  await page.goto(`${bank}/sign-in`)
  await page.getByRole('link', { name: 'Open an account' }).click()
  await expect(heading(page, 'Open an account')).toBeVisible()
  await look('register')
}

async function accounts(page: Page, apps: Apps, look: Look): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(apps.bank)
  await expect(heading(page, 'Accounts')).toBeVisible()
  await look('accounts')
  await page.getByText('Under the hood').click()
  await expect(page.getByText('Answered by')).toBeVisible()
  await look('accounts, with how they were asked for')
  await page.getByRole('link', { name: 'Checking' }).click()
  await expect(heading(page, 'Checking')).toBeVisible()
  await look('account')
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(page.getByRole('link', { name: 'Newer' })).toBeVisible()
  await look('older entries')
  await page.getByRole('textbox', { name: 'Find' }).fill('standing order')
  await page.getByRole('button', { name: 'Find' }).click()
  await expect(page.getByRole('link', { name: 'Show all' })).toBeVisible()
  await look('found entries')
  await page.getByRole('link', { name: 'Standing order' }).first().click()
  await expect(heading(page, 'Transfer')).toBeVisible()
  await look('receipt')
}

async function transfers(page: Page, apps: Apps, look: Look): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(`${apps.bank}/transfer?to=retirement&amount=250.00`)
  await expect(heading(page, 'Transfer money')).toBeVisible()
  await look('transfer')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(heading(page, 'Review your transfer')).toBeVisible()
  await look('review')
  await page.goto(`${apps.bank}/security`)
  await expect(heading(page, 'Security')).toBeVisible()
  await look('security')
  await page.goto(`${apps.bank}/sign-out`)
  await look('sign out')
}

async function explanations(page: Page, apps: Apps, look: Look): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(`${apps.bank}/compare`)
  await measure(page)
  await look('compare')
  await page.goto(`${apps.bank}/operations`)
  await expect(page.getByRole('table', { name: 'Replicas of Signet Retirement' })).toBeVisible()
  await look('operations')
  await docsAndToken(page, apps.bank, look)
}

async function retirement(page: Page, apps: Apps, look: Look): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(apps.retirement)
  await expect(heading(page, 'Your plan')).toBeVisible()
  await look('plan')
  await page.goto(`${apps.retirement}/?contributions=all`)
  await look('all contributions')
  await docsAndToken(page, apps.retirement, look)
}

async function docsAndToken(page: Page, app: string, look: Look): Promise<void> {
  await page.goto(`${app}/docs`)
  await expect(heading(page, 'API', true)).toBeVisible()
  await look('docs')
  await page.goto(`${app}/token?exhibit=last-character`)
  await expect(heading(page, 'Your token')).toBeVisible()
  await look('a changed token')
}

/** Every page of both apps, in walks that need nothing of each other, by a name for each. */
export const WALKS: Readonly<Record<string, Walk>> = {
  'before the sign-in': beforeTheSignIn,
  'of the accounts': accounts,
  'of transfers and security': transfers,
  'that explains the bank': explanations,
  'of retirement': retirement,
}

/** Every page of the labs at one app, in each of its states but those of {@link WALKS}. */
export async function walkLabs(page: Page, apps: Apps, app: keyof Apps, look: Look): Promise<void> {
  await signInByApi(page, apps, ADA)
  await page.goto(`${apps[app]}/token`)
  await expect(heading(page, 'Your token')).toBeVisible()
  await look('token')
  for (const exhibit of ['wrong-door', 'alg-none']) {
    await page.goto(`${apps[app]}/token?exhibit=${exhibit}`)
    await look(exhibit)
  }
  await page.getByRole('button', { name: 'Change the claim and send' }).click()
  await expect(page.locator('#answers').getByText('token_signature_invalid')).not.toHaveCount(0)
  await look('a change')
  if (app === 'bank') return
  await page.goto(`${apps.retirement}/who-may-sign`)
  await look('who may sign')
  await page.getByRole('button', { name: 'Let retirement try' }).click()
  await expect(page.getByText('The bank greets Nobody Whatsoever')).toBeVisible()
  await look('who may sign, tried')
}
