// First of all files by its name: these tests take longest, and the last of them must not run alone.
import { expectAccessible } from '../support/accessibility.js'
import { WALKS, walkLabs } from '../support/every-page.js'
import { expectFormsNameUser } from '../support/form-user.js'
import { expectNoSidewaysScroll } from '../support/sideways.js'
import { expect, test } from '../support/test.js'
import { TOUR, walkTour } from '../support/tour.js'
import { expectTold } from '../support/tour-pages.js'
import { watchWeight } from '../support/weight.js'

test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } })

for (const [part, walk] of Object.entries(WALKS)) {
  test(`every page ${part} is accessible in either theme, fits every window, is under 60 KB and asks no other host`, async ({
    page,
    apps,
  }) => {
    const expectLight = await watchWeight(page)
    await walk(page, apps, async (name) => {
      await expectLight(name)
      await expectAccessible(page, name)
      await expectNoSidewaysScroll(page, name)
      await expectFormsNameUser(page, name)
    })
  })
}

for (const app of ['bank', 'retirement'] as const) {
  test(`every page of the labs at the ${app} is accessible in either theme, and fits every window`, async ({
    page,
    apps,
  }) => {
    await walkLabs(page, apps, app, async (name) => {
      await expectAccessible(page, name)
      await expectNoSidewaysScroll(page, name)
      await expectFormsNameUser(page, name)
    })
  })
}

const HALF = TOUR.length / 2

for (const [first, last] of [
  [1, HALF],
  [HALF + 1, TOUR.length],
] as const) {
  test(`the tour leads through both apps from step ${first} to ${last}, and each page is accessible in either theme @one-process`, async ({
    page,
    apps,
  }) => {
    await walkTour(page, {
      bankUrl: apps.bank,
      first,
      last,
      at: async (moment, step) => {
        await expectTold(page, moment, step, first)
        await expectAccessible(page, `step ${step}, ${moment}`)
      },
    })
    if (last === TOUR.length) await expect(page.getByText(/^\d+ ms$/)).toBeVisible()
    await page.goto(`${apps.bank}/tour`)
    await expectAccessible(page, `overview after step ${last}`)
  })
}
