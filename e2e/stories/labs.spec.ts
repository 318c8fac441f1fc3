import type { Locator, Page } from '@playwright/test'
import { loaded } from '../support/loaded.js'
import {
  addCustomer,
  askApi,
  expect,
  expectSignedIn,
  expectSignInPage,
  openAccount,
  signIn,
  test,
} from '../support/test.js'
import { readToken } from '../support/token.js'

/** Attacks of the page, and the code with which both services must refuse them. */
const EXHIBITS = [
  { link: 'Change the name', code: 'token_signature_invalid' },
  { link: 'Remove the signature', code: 'token_malformed' },
  { link: 'Sign with another key', code: 'token_signature_invalid' },
  { link: 'Send an expired token', code: 'token_expired' },
  { link: 'Use a non-canonical encoding', code: 'token_malformed', libraries: true },
  { link: 'Change the type to at+jwt', code: 'token_signature_invalid' },
  { link: 'Use a lab token as an access token', code: 'token_claims_invalid', libraries: true },
]

const SERVICES = ['Signet Bank', 'Signet Retirement']

async function openToken(page: Page, app: string): Promise<void> {
  await page.goto(`${app}/token`)
  await expect(page.getByRole('heading', { name: 'Your token' })).toBeVisible()
}

const answers = (page: Page): Locator => page.locator('#answers')
const rowOf = (page: Page, service: string): Locator => answers(page).getByRole('row').filter({ hasText: service })

/** Both services accept the unchanged token and refuse the other one with this code. */
async function expectRefused(page: Page, code: string): Promise<void> {
  for (const service of SERVICES) {
    const [untouched, changed] = [
      rowOf(page, service).getByRole('cell').first(),
      rowOf(page, service).getByRole('cell').last(),
    ]
    await expect(untouched).toContainText('Accepted')
    await expect(changed).toContainText('Refused')
    await expect(changed).toContainText(code)
  }
}

for (const app of ['bank', 'retirement'] as const) {
  test(`the ${app} shows a decoded lab token, and the user’s own token is not in the page`, async ({
    page,
    apps,
    person,
    context,
  }) => {
    await openAccount(page, apps, person)
    await openToken(page, apps[app])
    const html = await page.content()
    expect(html).not.toContain((await readToken(context)).value.split('.')[2])
    await expect(page.getByText('Your browser decoded this token without a key')).toBeVisible()
    await expect(page.locator('[data-part="payload"]')).toContainText(`"name": "${person.name}"`)
    await expect(page.locator('[data-part="header"]')).toContainText('"typ": "lab+jwt"')
    const claims = page.getByRole('region', { name: 'Claims' })
    for (const [claim, name] of [
      ['iss', 'Issuer'],
      ['aud', 'Audience'],
      ['exp', 'Expiration Time'],
      ['auth_time', 'Authentication Time'],
      ['status', 'Status'],
    ] as const) {
      await expect(claims.getByRole('term').filter({ hasText: claim }).filter({ hasText: name })).toBeVisible()
    }
  })

  test(`both services refuse every attack that is tried at the ${app}`, async ({ page, apps, person }) => {
    await openAccount(page, apps, person)
    await openToken(page, apps[app])
    for (const { link, code, libraries } of EXHIBITS) {
      await page.getByRole('link', { name: link }).click()
      await expect(answers(page).getByRole('heading', { name: link })).toBeInViewport()
      await expectRefused(page, code)
      for (const library of libraries ? ['fast-jwt', 'jose'] : []) {
        await expect(rowOf(page, library)).toContainText('Accepted')
      }
      await expect(rowOf(page, 'fast-jwt')).toHaveCount(libraries ? 1 : 0)
    }
  })

  test(`an edited claim and an edited character are refused at the ${app}, without leaving the page`, async ({
    page,
    apps,
    person,
  }) => {
    await openAccount(page, apps, person)
    await openToken(page, apps[app])
    // Before the page's script is at work, a form would be sent as without it.
    await loaded(page)
    await page.evaluate(() => document.documentElement.setAttribute('data-same-page', ''))
    await page.getByLabel('Claim', { exact: true }).selectOption('payload: username')
    await page.getByLabel('New value').fill('grace')
    await page.getByRole('button', { name: 'Change the claim and verify' }).click()
    await expectRefused(page, 'token_signature_invalid')
    await expect(answers(page).locator('mark').first()).toBeVisible()

    const token = page.getByLabel('Edited token')
    const changed = await token.inputValue()
    expect(JSON.parse(Buffer.from(changed.split('.')[1] ?? '', 'base64url').toString()).username).toBe('grace')
    await token.fill(`${changed}=`)
    await page.getByRole('button', { name: 'Verify the edited token' }).click()
    await expectRefused(page, 'token_malformed')
    await expect(page.locator('html')).toHaveAttribute('data-same-page', '')
  })
}

test('a token to look at signs nobody in', async ({ page, apps, person, context, complaints }) => {
  await openAccount(page, apps, person)
  await openToken(page, apps.bank)
  const lab = (await page.locator('[data-token]').getAttribute('data-token')) ?? ''
  const cookie = await readToken(context)
  await context.clearCookies({ name: 'signet_refresh' })
  await context.addCookies([{ ...cookie, value: lab }])
  for (const app of [apps.bank, apps.retirement]) {
    await page.goto(app)
    await expectSignInPage(page, apps)
    await page.goto(`${app}/docs`)
    expect((await askApi(page, '/api/me')).body.code).toBe('token_claims_invalid')
  }
  // Each refusal of the API is a 401 that the browser reports.
  expect(complaints.splice(0)).toHaveLength(2)
})

test('retirement forges a token with the shared secret, and the page does not show it', async ({
  page,
  apps,
  person,
}) => {
  await openAccount(page, apps, person)
  await openToken(page, apps.bank)
  await page.getByRole('link', { name: 'Forge a token at retirement' }).click()
  await expect(page).toHaveURL(`${apps.retirement}/who-may-sign`)
  await page.getByRole('button', { name: 'Forge a token' }).click()
  const row = (means: string) => page.locator('#outcome').getByRole('row').filter({ hasText: means })
  await expect(row('The secret that retirement verifies with')).toContainText('Accepted')
  await expect(row('The secret that retirement verifies with')).toContainText(
    'authenticated the request as Forged User',
  )
  await expect(row('A random secret')).toContainText('token_signature_invalid')
  expect(await page.content()).not.toMatch(/eyJ[\w-]+\.eyJ/)
  await expectSignedIn(page, person.name)
})

for (const [approach, tag] of [
  ['session', ' @one-process'],
  ['shared-session', ''],
]) {
  test(`a user with a ${approach} sees that there is no token${tag}`, async ({ page, apps, person }) => {
    await addCustomer(apps, person)
    await page.goto(`${apps.bank}/token`)
    await page.getByText('Compare approaches').click()
    await page.locator(`input[name="strategy"][value="${approach}"]`).check()
    await signIn(page, person)
    await expect(page.getByText('You have no token')).toBeVisible()
    await expect(page.locator('[data-token]')).toHaveCount(0)
    if (approach === 'shared-session') {
      await page.goto(`${apps.retirement}/who-may-sign`)
      await expect(page.getByText('You are signed in with a session')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Forge a token' })).toHaveCount(0)
      await page.goto(`${apps.retirement}/token`)
    }
    await page.getByRole('button', { name: 'Sign out and use a token' }).click()
    await expectSignInPage(page, apps)
    await page.goto(`${apps.bank}/token`)
    await signIn(page, person)
    await expect(page.locator('[data-token]')).toBeVisible()
  })
}

test('a visitor finds the refused session, the handoff and a refused token by the page texts @one-process', async ({
  page,
  apps,
  person,
}) => {
  await addCustomer(apps, person)
  await page.goto(apps.bank)
  await page.getByText('Compare approaches').click()
  await page.getByLabel('A session in one server’s memory').check()
  await signIn(page, person)
  await expectSignedIn(page, person.name)
  await page.getByRole('link', { name: 'Retirement', exact: true }).click()
  await expectSignInPage(page, apps)
  await expect(page.getByText('does not know it')).toBeVisible()

  await signIn(page, person)
  await expect(page).toHaveURL(`${apps.retirement}/`)
  await expectSignedIn(page, person.name)
  await page.getByRole('link', { name: 'Bank', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Token' }).click()
  await page.getByRole('link', { name: 'Try an attack' }).click()
  await page.getByRole('link', { name: 'Change the name' }).click()
  await expectRefused(page, 'token_signature_invalid')
})

test('the sign-in page and the footer of every page link to the token', async ({ page, apps, person }) => {
  await addCustomer(apps, person)
  await page.goto(`${apps.bank}/sign-in`)
  await page.getByRole('complementary').getByRole('link', { name: 'Inspect your token' }).click()
  await signIn(page, person)
  await expect(page).toHaveURL(`${apps.bank}/token`)
  await page.goto(`${apps.retirement}/docs`)
  await page.getByRole('contentinfo').getByRole('link', { name: 'Inspect your token' }).click()
  await expect(page).toHaveURL(`${apps.retirement}/token`)
})

test.describe(() => {
  test.use({ javaScriptEnabled: false })

  test('the labs work without JavaScript', async ({ page, apps, person }) => {
    await openAccount(page, apps, person)
    await openToken(page, apps.retirement)
    await expect(page.getByText('The server decoded this token without a key')).toBeVisible()
    await page.getByRole('link', { name: 'Remove the signature' }).click()
    await expectRefused(page, 'token_malformed')
    await page.getByRole('button', { name: 'Change the claim and verify' }).click()
    await expectRefused(page, 'token_signature_invalid')
    await page.goto(`${apps.retirement}/who-may-sign`)
    await page.getByRole('button', { name: 'Forge a token' }).click()
    await expect(page.getByText('The bank accepted a token for Forged User')).toBeVisible()
  })
})
