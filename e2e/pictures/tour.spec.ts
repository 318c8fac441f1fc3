import { test } from '../support/test.js'
import { walkTour } from '../support/tour.js'
import { LIKE_PRINTED, makeFolder, save } from './take.js'

test.use({ ...LIKE_PRINTED, viewport: { width: 1080, height: 820 } })

test.beforeAll(makeFolder)

test('pictures of the tour: first page, a step, and each step’s diagram', async ({ page, apps }) => {
  await page.goto(`${apps.bank}/tour`)
  await save(page, 'tour')
  await walkTour(page, {
    bankUrl: apps.bank,
    at: async (moment, step) => {
      if (moment === 'there' && step === 4) await save(page, 'tour-unknown')
      if (moment !== 'after') return
      if (step === 2) await save(page, 'tour-step')
      const part = page.getByRole('region', { name: 'What happened' }).locator('.sequence-picture')
      await save(page, `tour-${step}`, { part })
    },
  })
})
