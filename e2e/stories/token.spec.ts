import type { BrowserContext } from '@playwright/test'
import {
  ADA,
  type Apps,
  askApi,
  expect,
  expectSignedIn,
  openAccount,
  register,
  signInByApi,
  test,
} from '../support/test.js'
import { expectTokenExpired, letTokenExpire, readToken } from '../support/token.js'

/** Changes the token in the browser's cookie and leaves its attributes as they are. */
async function changeToken(context: BrowserContext, change: (token: string) => string) {
  const cookie = await readToken(context)
  await context.addCookies([{ ...cookie, value: change(cookie.value) }])
}

function withUsername(token: string, username: string): string {
  const [header, payload, signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
  return [header, Buffer.from(JSON.stringify({ ...claims, username })).toString('base64url'), signature].join('.')
}

function withFirstSignatureCharacter(token: string): string {
  const [header, payload, signature = ''] = token.split('.')
  return [header, payload, (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)].join('.')
}

const refusedAtBoth = async (page: Parameters<typeof askApi>[0], apps: Apps, code: string) => {
  for (const app of [apps.bank, apps.retirement]) {
    await page.goto(`${app}/docs`)
    const { status, body } = await askApi(page, '/api/me')
    expect([status, body.code]).toEqual([401, code])
  }
}

for (const [what, change] of [
  ['the payload', (token: string) => withUsername(token, 'grace')],
  ['the first character of the signature', withFirstSignatureCharacter],
] as const) {
  test(`a token with ${what} changed is refused at both apps`, async ({ page, apps, person, context, complaints }) => {
    await openAccount(page, apps, person)
    await changeToken(context, change)
    await refusedAtBoth(page, apps, 'token_signature_invalid')
    // A page finds the refresh token that the bank keeps for itself, and the person goes on with a genuine token.
    await page.goto(apps.retirement)
    await expect(page).toHaveURL(`${apps.retirement}/`)
    await expectSignedIn(page, person.name)
    // Each refusal of the API is a 401 that the browser reports.
    expect(complaints.splice(0)).toHaveLength(2)
  })
}

test('an expired token is renewed on the way, without anyone noticing', async ({
  page,
  apps,
  person,
  context,
  complaints,
}) => {
  await openAccount(page, apps, person)
  const before = await readToken(context)
  for (const [app, path, heading] of [
    [apps.retirement, '/?contributions=all', 'Your plan'],
    [apps.bank, '/', 'Accounts'],
  ] as const) {
    await page.goto(`${app}/docs`)
    await letTokenExpire(page, apps)
    await expectTokenExpired(page)
    await page.goto(`${app}${path}`)
    await expect(page).toHaveURL(`${app}${path}`)
    await expect(page.getByRole('heading', { name: heading })).toBeVisible()
    await expectSignedIn(page, person.name)
  }
  const after = await readToken(context)
  const claims = ({ value }: { value: string }) =>
    JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString())
  expect(claims(after).sid).toBe(claims(before).sid)
  expect(claims(after).auth_time).toBe(claims(before).auth_time)
  expect(claims(after).exp).toBeGreaterThan(claims(before).exp)
  // Each expired token that the API refused is a 401 that the browser reports.
  complaints.length = 0
})

test('two tabs that find their token expired at once are both renewed', async ({
  page,
  apps,
  person,
  context,
  complaints,
}) => {
  await openAccount(page, apps, person)
  const second = await context.newPage()
  await page.goto(`${apps.retirement}/docs`)
  await letTokenExpire(page, apps)
  await expectTokenExpired(page)
  await Promise.all([page.goto(apps.retirement), second.goto(apps.bank)])
  await expectSignedIn(page, person.name)
  await expectSignedIn(second, person.name)
  complaints.length = 0
})

test('a form that is sent with an expired token is not lost', async ({ page, browser, apps, person, complaints }) => {
  await openAccount(page, apps, person)
  const elsewhere = await (await browser.newContext()).newPage()
  await signInByApi(elsewhere, apps, person)
  await elsewhere.goto(apps.bank)
  await expectSignedIn(elsewhere, person.name)
  await page.goto(`${apps.bank}/security`)
  await letTokenExpire(page, apps)
  await expectTokenExpired(page)
  await page.getByRole('button', { name: 'Sign out elsewhere' }).click()
  await expect(page.getByText('You have been signed out everywhere else.')).toBeVisible()
  await elsewhere.context().close()
  complaints.length = 0
})

const planted = ({ bank }: Apps, value: string, path: string) => ({
  name: 'signet_token',
  value,
  domain: `.${new URL(bank).hostname.split('.').slice(1).join('.')}`,
  path,
})
const tokensOf = async (context: BrowserContext) =>
  (await context.cookies()).filter(({ name }) => name === 'signet_token')

test('a cookie that a sibling host planted at a path does not keep the user from its pages', async ({
  page,
  apps,
  person,
  context,
}) => {
  await openAccount(page, apps, person)
  await context.addCookies([
    planted(apps, 'x', '/accounts'),
    { name: 'signet_token', value: 'y', url: apps.retirement },
  ])
  await page.goto(apps.bank)
  const account = await page.getByRole('link', { name: /Checking/ }).getAttribute('href')
  await page.goto(`${apps.bank}${account}`)
  await expect(page).toHaveURL(`${apps.bank}${account}`)
  await expectSignedIn(page, person.name)
  await page.goto(apps.retirement)
  await expect(page).toHaveURL(`${apps.retirement}/`)
  await expectSignedIn(page, person.name)
  expect(await tokensOf(context)).toHaveLength(3)
})

test('genuine tokens of another session, planted at a path, are cleared on one trip through the bank', async ({
  page,
  apps,
  person,
  context,
  browser,
}) => {
  const attacker = await browser.newContext()
  await signInByApi(await attacker.newPage(), apps, ADA)
  const { value } = await readToken(attacker)
  await attacker.close()
  await openAccount(page, apps, person)
  await page.goto(apps.bank)
  const account = await page.getByRole('link', { name: /Checking/ }).getAttribute('href')
  for (const path of ['/accounts', '/accounts/', String(account)]) {
    await context.addCookies([planted(apps, value, path)])
    await page.goto(`${apps.bank}${account}`)
    await expect(page).toHaveURL(`${apps.bank}${account}`)
    await expectSignedIn(page, person.name)
    expect(await tokensOf(context)).toHaveLength(1)
  }
})

test('what is in the cookie is out of reach of scripts', async ({ page, apps, person, context }) => {
  await register(page, apps, person)
  expect(await page.evaluate(() => document.cookie)).not.toContain('signet_token')
  const { httpOnly, sameSite, path, domain } = await readToken(context)
  expect({ httpOnly, sameSite, path, domain }).toEqual({
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    domain: '.signet.localhost',
  })
})

for (const app of ['bank', 'retirement'] as const) {
  test(`parts of ${app}'s pages that fetch renew an expired sign-in once for all tabs`, async ({
    page,
    apps,
    person,
    context,
    complaints,
  }) => {
    await openAccount(page, apps, person)
    const tabs = [page, await context.newPage(), await context.newPage()]
    const tries = []
    for (const tab of tabs) {
      await tab.goto(`${apps[app]}/docs`)
      await tab.getByRole('heading', { name: '/api/me' }).click()
      tries.push(tab.locator('details[open]').getByRole('button', { name: 'Send' }))
    }
    await letTokenExpire(page, apps)
    await expectTokenExpired(page)
    // No tab gets its renewal before every tab knows that it wants one.
    let expired = 0
    const allExpired = new Promise<void>((resolve) => {
      context.on('response', (response) => {
        if (response.status() === 401 && ++expired >= tabs.length) resolve()
      })
    })
    const renewals: string[] = []
    await context.route('**/renewal', async (route) => {
      renewals.push(route.request().url())
      await allExpired
      await route.continue()
    })
    await Promise.all(tries.map((button) => button.click()))
    for (const tab of tabs) await expect(tab.locator('details[open] output')).toContainText('200 OK')
    expect(renewals).toEqual([`${apps.bank}/renewal`])
    complaints.length = 0
  })
}
