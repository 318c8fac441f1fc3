import { addAuthenticator, switchAutofillOff } from '../support/authenticator.js'
import { test } from '../support/test.js'
import { passkeyStep, TOUR, walkTour } from '../support/tour.js'
import { LIKE_PRINTED, makeFolder, save, take } from './take.js'
import { type RecordedStep, readStep, saveWalkthrough } from './walkthrough.js'

test.use({ ...LIKE_PRINTED, viewport: { width: 1080, height: 820 } })

test.beforeAll(makeFolder)

test('pictures of the tour: first page, a step, each step’s diagram, and the walkthrough', async ({
  page,
  apps,
  person,
}) => {
  await switchAutofillOff(page)
  await addAuthenticator(page)
  const steps: RecordedStep[] = []
  let question = ''
  let png: Buffer = Buffer.alloc(0)
  await page.goto(`${apps.bank}/tour`)
  await save(page, 'tour')
  await walkTour(page, {
    bankUrl: apps.bank,
    steps: [...TOUR, passkeyStep(person)],
    at: async (moment, step) => {
      if (moment === 'before') question = (await page.locator('.tour-guess strong').textContent()) ?? ''
      if (moment === 'there') {
        png = await take(page)
        if (step === 4) await save(page, 'tour-unknown')
      }
      if (moment !== 'after') return
      if (step === 2) await save(page, 'tour-step')
      const part = page.getByRole('region', { name: 'What happened' }).locator('.sequence-picture')
      await save(page, `tour-${step}`, { part })
      steps.push(await readStep(page, question, png))
    },
  })
  await saveWalkthrough(steps)
})
