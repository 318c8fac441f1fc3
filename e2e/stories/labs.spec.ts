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

/** Each way to get past the verifiers, and what both must answer to it. */
const EXHIBITS = [
  { link: 'Somebody else’s name', code: 'token_signature_invalid' },
  { link: 'No signature at all', code: 'token_malformed' },
  { link: 'Signed by somebody else', code: 'token_signature_invalid' },
  { link: 'From yesterday’s post', code: 'token_expired' },
  { link: 'Another last character, the same bytes', code: 'token_malformed', libraries: true },
  { link: 'Posing as an access token', code: 'token_signature_invalid' },
  { link: 'Genuine, at the wrong door', code: 'token_claims_invalid', libraries: true },
]

const SERVICES = ['Signet Bank', 'Signet Retirement']

async function openToken(page: Page, app: string): Promise<void> {
  await page.goto(`${app}/token`)
  await expect(page.getByRole('heading', { name: 'Your token' })).toBeVisible()
}

const answers = (page: Page): Locator => page.locator('#answers')
const rowOf = (page: Page, service: string): Locator => answers(page).getByRole('row').filter({ hasText: service })

/** Both services take the untouched token and refuse the other, with this code. */
async function expectRefused(page: Page, code: string): Promise<void> {
  for (const service of SERVICES) {
    const [untouched, changed] = [
      rowOf(page, service).getByRole('cell').first(),
      rowOf(page, service).getByRole('cell').last(),
    ]
    await expect(untouched).toContainText('Taken for genuine')
    await expect(changed).toContainText('Refused')
    await expect(changed).toContainText(code)
  }
}

for (const app of ['bank', 'retirement'] as const) {
  test(`the token is opened up at the ${app}, and the real one is nowhere in the page`, async ({
    page,
    apps,
    person,
    context,
  }) => {
    await openAccount(page, apps, person)
    await openToken(page, apps[app])
    const html = await page.content()
    expect(html).not.toContain((await readToken(context)).value.split('.')[2])
    await expect(page.getByText('Your own browser decoded this just now')).toBeVisible()
    await expect(page.locator('[data-part="payload"]')).toContainText(`"name": "${person.name}"`)
    await expect(page.locator('[data-part="header"]')).toContainText('"typ": "lab+jwt"')
    const claims = page.getByRole('region', { name: 'What each claim says' })
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

  test(`every way to get past the verifiers is refused by both, tried at the ${app}`, async ({
    page,
    apps,
    person,
  }) => {
    await openAccount(page, apps, person)
    await openToken(page, apps[app])
    for (const { link, code, libraries } of EXHIBITS) {
      await page.getByRole('link', { name: link }).click()
      await expect(answers(page).getByRole('heading', { name: link })).toBeInViewport()
      await expectRefused(page, code)
      for (const library of libraries ? ['fast-jwt', 'jose'] : []) {
        await expect(rowOf(page, library)).toContainText('Taken for genuine')
      }
      await expect(rowOf(page, 'fast-jwt')).toHaveCount(libraries ? 1 : 0)
    }
  })

  test(`a claim and a character that a person changes are refused at the ${app}, without leaving the page`, async ({
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
    await page.getByRole('button', { name: 'Change the claim and send' }).click()
    await expectRefused(page, 'token_signature_invalid')
    await expect(answers(page).locator('mark').first()).toBeVisible()

    const token = page.getByLabel('Or any character')
    const changed = await token.inputValue()
    expect(JSON.parse(Buffer.from(changed.split('.')[1] ?? '', 'base64url').toString()).username).toBe('grace')
    await token.fill(`${changed}=`)
    await page.getByRole('button', { name: 'Send as it stands' }).click()
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

test('retirement signs in the bank’s name with the shared secret, and nobody gets the token', async ({
  page,
  apps,
  person,
}) => {
  await openAccount(page, apps, person)
  await openToken(page, apps.bank)
  await page.getByRole('link', { name: 'Who may sign?' }).click()
  await expect(page).toHaveURL(`${apps.retirement}/who-may-sign`)
  await page.getByRole('button', { name: 'Let retirement try' }).click()
  const row = (means: string) => page.locator('#outcome').getByRole('row').filter({ hasText: means })
  await expect(row('The secret that retirement checks with')).toContainText('Taken for genuine')
  await expect(row('The secret that retirement checks with')).toContainText('you are Nobody Whatsoever')
  await expect(row('A secret made up just now')).toContainText('token_signature_invalid')
  expect(await page.content()).not.toMatch(/eyJ[\w-]+\.eyJ/)
  await expectSignedIn(page, person.name)
})

for (const [approach, tag] of [
  ['session', ' @one-process'],
  ['shared-session', ''],
]) {
  test(`whoever is remembered by a ${approach} is told that there is no token to see${tag}`, async ({
    page,
    apps,
    person,
  }) => {
    await addCustomer(apps, person)
    await page.goto(`${apps.bank}/token`)
    await page.getByText('Compare approaches').click()
    await page.locator(`input[name="strategy"][value="${approach}"]`).check()
    await signIn(page, person)
    await expect(page.getByText('There is none to see')).toBeVisible()
    await expect(page.locator('[data-token]')).toHaveCount(0)
    if (approach === 'shared-session') {
      await page.goto(`${apps.retirement}/who-may-sign`)
      await expect(page.getByText('You are remembered by a session')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Let retirement try' })).toHaveCount(0)
      await page.goto(`${apps.retirement}/token`)
    }
    await page.getByRole('button', { name: 'Start over with a token' }).click()
    await expectSignInPage(page, apps)
    await page.goto(`${apps.bank}/token`)
    await signIn(page, person)
    await expect(page.locator('[data-token]')).toBeVisible()
  })
}

test('a newcomer finds the failing session, the handoff and a refused token by what the pages say @one-process', async ({
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
  await page.getByRole('link', { name: 'Get past the verifiers' }).click()
  await page.getByRole('link', { name: 'Somebody else’s name' }).click()
  await expectRefused(page, 'token_signature_invalid')
})

test('the sign-in page leads to the token, and so does the foot of every page', async ({ page, apps, person }) => {
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

  test('all of it works without JavaScript', async ({ page, apps, person }) => {
    await openAccount(page, apps, person)
    await openToken(page, apps.retirement)
    await expect(page.getByText('The server decoded this for you, because no script runs')).toBeVisible()
    await page.getByRole('link', { name: 'No signature at all' }).click()
    await expectRefused(page, 'token_malformed')
    await page.getByRole('button', { name: 'Change the claim and send' }).click()
    await expectRefused(page, 'token_signature_invalid')
    await page.goto(`${apps.retirement}/who-may-sign`)
    await page.getByRole('button', { name: 'Let retirement try' }).click()
    await expect(page.getByText('The bank greets Nobody Whatsoever')).toBeVisible()
  })
})
