import { promisify } from 'node:util'
import { unavailable, withinLimit } from '@signet/demo'
import { type App, pageRoute, sharedSessionStore } from '@signet/service'
import type { BankDemoOptions } from '../options.js'
import { isMeasurement, type Measurement } from './figures.js'
import { measure } from './measure.js'
import { ComparePage } from './page.js'

/** Key of the last measurement of any replica, which no session id can have. Every replica shows it. */
const NOTE = 'note:compare'
const KEPT_SECONDS = 3_600
/** A younger measurement is shown again, so that repeated clicks do not start a new one. */
const FRESH_MS = 2_000

/**
 * Registers `/compare`, which measures the three approaches on request. It needs no sign-in: the figures contain no
 * personal data. Demo only.
 */
export async function compareRoutes(app: App, options: BankDemoOptions): Promise<void> {
  const store = sharedSessionStore(options.shared, KEPT_SECONDS, { prune: false })
  const read = promisify(store.get.bind(store))
  const write = promisify(store.set.bind(store))
  let running: Promise<Measurement> | undefined
  /** Shown while the store cannot be read. */
  let own: Measurement | undefined

  app.get('/compare', pageRoute({ auth: 'optional' }), async (request, reply) => {
    const kept = await withinLimit(read(NOTE)).catch((error: unknown) => {
      request.log.warn({ err: error }, 'could not read the last measurement from the shared store')
      return { note: own }
    })
    const note = kept && 'note' in kept ? kept.note : undefined
    const measured = isMeasurement(note) ? note : undefined
    return reply.page(ComparePage({ frame: request.pageFrame('compare'), measured }))
  })

  app.post('/compare', pageRoute({ auth: 'optional' }), async (request, reply) => {
    if (!own || request.receivedAtMs - own.atMs >= FRESH_MS) {
      running ??= measure(app, options, request).finally(() => {
        running = undefined
      })
      const sentence =
        'We could not complete the measurement because a sign-in failed or took too long. Try again in a moment.'
      own = await running.catch(unavailable(sentence))
      const note = { cookie: { originalMaxAge: KEPT_SECONDS * 1000 }, note: own }
      await write(NOTE, note).catch((error: unknown) => {
        request.log.warn({ err: error }, 'could not save the measurement in the shared store')
      })
    }
    return reply.redirect('/compare#measured', 303)
  })
}
