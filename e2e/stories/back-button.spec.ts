// With the browser's own defaults: Playwright turns the back/forward cache off, and the other tests share processes.
import type { BrowserContext, Page } from '@playwright/test'
import { ownDefaults } from '../support/own-defaults.js'
import {
  type Apps,
  addCustomer,
  expect,
  expectSignedIn,
  expectSignInPage,
  ignoreRefusals,
  type Person,
  register,
  signIn,
  test,
} from '../support/test.js'

/** Chromium's rule by which only a change of an HttpOnly cookie evicts a page with `no-store`. By the other one any cookie does. */
const KEEP_MOST_PAGES =
  '--enable-features=CacheControlNoStoreEnterBackForwardCache:level/restore-unless-http-only-cookie-change'
const { launchOptions } = ownDefaults
test.use({ launchOptions: { ...launchOptions, args: [...launchOptions.args, KEEP_MOST_PAGES] } })
test.afterEach(({ complaints }) => ignoreRefusals(complaints))

/** Counts the pages that the browser restored from its back/forward cache. */
async function countRestored(page: Page): Promise<() => number> {
  const session = await page.context().newCDPSession(page)
  let restored = 0
  session.on('Page.frameNavigated', ({ type }) => {
    if (type === 'BackForwardCacheRestore') restored += 1
  })
  await session.send('Page.enable')
  return () => restored
}

const signOut = (page: Page) => page.getByRole('button', { name: 'Sign out', exact: true }).click()

/** Opens a page that leads to the sign-in, and signs in: it is the first page afterwards. */
async function openBySigningIn(page: Page, url: string, person: Person): Promise<void> {
  await page.goto(url)
  await signIn(page, person)
  await expectSignedIn(page, person.name)
  expect(page.url()).toBe(url)
}

/** Opens a page whose token is renewed on the way. */
async function openByRenewal(page: Page, context: BrowserContext, url: string, person: Person): Promise<void> {
  await context.clearCookies({ name: 'signet_token' })
  await page.goto(url)
  await expectSignedIn(page, person.name)
  expect(page.url()).toBe(url)
}

async function expectSignInAfterBack(page: Page, apps: Apps, steps = 1): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    await page.goBack({ waitUntil: 'commit' })
    await expectSignInPage(page, apps)
    await expect(page.getByRole('button', { name: 'Sign out', exact: true })).toHaveCount(0)
  }
}

type Path = readonly [app: keyof Apps, path: string]

/** Sessions by their first page, which follows the sign-in, and a page whose token is renewed. Every page is in both places. */
const SESSIONS: ReadonlyArray<readonly [first: Path, renewed: Path]> = [
  [
    ['bank', '/'],
    ['retirement', '/'],
  ],
  [
    ['retirement', '/'],
    ['bank', '/'],
  ],
  [
    ['bank', '/security'],
    ['bank', '/transfer'],
  ],
  [
    ['bank', '/transfer'],
    ['retirement', '/token'],
  ],
  [
    ['bank', '/token'],
    ['retirement', '/?contributions=all'],
  ],
  [
    ['retirement', '/?contributions=all'],
    ['bank', '/security'],
  ],
  [
    ['retirement', '/token'],
    ['bank', '/token'],
  ],
]

for (const javaScriptEnabled of [true, false]) {
  // Without JavaScript only the headers count, which are the same for every page of an app.
  const sessions = javaScriptEnabled ? SESSIONS : SESSIONS.slice(0, 2)
  test.describe(`after a sign-out ${javaScriptEnabled ? 'with' : 'without'} JavaScript the back button shows no page`, () => {
    test.use({ javaScriptEnabled })

    test('that was the first one after the sign-in, renewed on the way, or of the other app', async ({
      page,
      apps,
      context,
      person,
    }) => {
      await addCustomer(apps, person)
      for (const [[first, firstPath], [second, secondPath]] of sessions) {
        await openBySigningIn(page, apps[first] + firstPath, person)
        await openByRenewal(page, context, apps[second] + secondPath, person)
        await signOut(page)
        await expectSignInPage(page, apps)
        await expectSignInAfterBack(page, apps, 2)
      }
    })

    test('that was neither the first one nor renewed', async ({ page, apps, person }) => {
      await addCustomer(apps, person)
      await openBySigningIn(page, `${apps.bank}/`, person)
      for (const app of [apps.bank, apps.retirement]) await page.goto(`${app}/token`)
      await signOut(page)
      await expectSignInPage(page, apps)
      await expectSignInAfterBack(page, apps, 3)
    })

    test('that a new customer saw first, or that a shared session remembers', async ({ page, apps, person }) => {
      await register(page, apps, person)
      await signOut(page)
      await expectSignInPage(page, apps)
      await expectSignInAfterBack(page, apps)

      await page.goto(`${apps.retirement}/`)
      await page.getByText('Compare approaches').click()
      await page.getByLabel('A session in a shared store').check()
      await signIn(page, person)
      await expectSignedIn(page, person.name)
      await signOut(page)
      await expectSignInPage(page, apps)
      await expectSignInAfterBack(page, apps)
    })
  })
}

test.describe(() => {
  // A page that holds an event stream is not kept: the stream must not be stored.
  test.use({ javaScriptEnabled: false })

  test('while signed in, the back button takes pages from the cache of the browser', async ({ page, apps, person }) => {
    await addCustomer(apps, person)
    const restored = await countRestored(page)
    await openBySigningIn(page, `${apps.bank}/`, person)
    await page.goto(`${apps.retirement}/`)
    // A restored page is not loaded again: there is no such event to wait for.
    await page.goBack({ waitUntil: 'commit' })
    await expectSignedIn(page, person.name)
    expect(restored()).toBe(1)
  })
})
