import type { Page } from '@playwright/test'
import { ADA, expect, ignoreRefusals, test } from '../support/test.js'
import { type Frame, saveAnimation } from './animation.js'
import { middleOf, type StageWindow, takeStage, WINDOW } from './handoff-stage.js'
import { LIKE_PRINTED, makeFolder, pictureAt, take } from './take.js'

test.beforeAll(makeFolder)

const hostOf = (page: Page): string => new URL(page.url()).hostname

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`the handoff, moving, ${colorScheme}`, () => {
    test.use({ ...LIKE_PRINTED, viewport: WINDOW, colorScheme })

    test('sign in at the bank, one click, signed in at retirement, sign out there', async ({
      page,
      apps,
      context,
      browser,
      complaints,
    }) => {
      const stagePage = await browser.newPage({ colorScheme, deviceScaleFactor: 1.4 })
      const frames: Frame[] = []
      let retirement: Page | undefined

      /** Adds a frame of both windows as they are now. */
      async function add(
        ms: number,
        caption: string,
        clicks: Pick<Partial<Record<'bank' | 'retirement', StageWindow['click']>>, 'bank' | 'retirement'> = {},
      ) {
        const stage = {
          dark: colorScheme === 'dark',
          caption,
          bank: { host: hostOf(page), png: await take(page), click: clicks.bank },
          retirement: {
            host: retirement ? hostOf(retirement) : new URL(apps.retirement).hostname,
            png: retirement && (await take(retirement)),
            click: clicks.retirement,
          },
        }
        frames.push({ png: await takeStage(stagePage, stage), ms })
      }

      await page.goto(`${apps.bank}/sign-in`)
      const signingIn = 'You sign in at the bank.'
      await add(900, signingIn)
      await page.getByLabel('Username').fill(ADA.username)
      await add(400, signingIn)
      await page.getByLabel('Password', { exact: true }).fill(ADA.password)
      const button = page.getByRole('button', { name: 'Sign in', exact: true })
      await add(800, signingIn, { bank: await middleOf(button) })
      await button.click()
      await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()
      await add(1_800, 'The bank signs a token. The browser keeps it in one cookie.')
      const link = page.getByRole('link', { name: 'Retirement', exact: true })
      await add(900, 'One click to another host, another process, another database …', { bank: await middleOf(link) })
      const opened = context.waitForEvent('page')
      await link.click({ modifiers: ['ControlOrMeta'] })
      retirement = await opened
      await expect(retirement.getByRole('heading', { name: 'Your plan' })).toBeVisible()
      await add(2_600, '… and you are signed in. Retirement verified the signature itself.')
      const signOut = retirement.getByRole('button', { name: 'Sign out' })
      await add(1_000, 'You sign out at retirement.', { retirement: await middleOf(signOut) })
      await signOut.click()
      await expect(retirement.getByRole('heading', { name: 'Sign in' })).toBeVisible()
      await expect(page.locator('.session-notice')).toBeVisible()
      await add(3_400, 'At once, the bank’s tab hides its page, and every copy of the token is refused.')
      await stagePage.close()
      // The pages ask who is signed in.
      ignoreRefusals(complaints)
      await saveAnimation(frames, pictureAt(`handoff-${colorScheme}.webp`))
    })
  })
}
