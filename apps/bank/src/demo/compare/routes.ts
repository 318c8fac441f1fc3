import { demoAssetUrl } from '@signet/demo'
import { type App, callContext, ServiceError } from '@signet/service'
import type { PageFrame } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import { isMeasurement, type Measurement } from './figures.js'
import { type MeasureOptions, measure } from './measure.js'
import { ComparePage } from './page.js'
import { sharedNotes } from './shared-notes.js'

/** The last measurement, by whichever process: every replica shows it. */
const NOTE = 'compare'
const KEPT_SECONDS = 3_600
/** One that is younger than this is shown again: a button that is pressed without end costs one run at a time. */
const FRESH_MS = 2_000

/**
 * `/compare`: the three approaches, with figures that its button has measured. For everybody, signed in or not: the
 * figures are about no one. Only for a demo.
 */
export async function compareRoutes(app: App, options: MeasureOptions): Promise<void> {
  const notes = sharedNotes(options.shared, KEPT_SECONDS)
  let running: Promise<Measurement> | undefined
  /** For while the store is down, which keeps it otherwise. */
  let own: Measurement | undefined

  const frameOf = (request: FastifyRequest): PageFrame => {
    const plain = request.pageFrame('compare')
    const stylesheets = [demoAssetUrl('bars.css'), demoAssetUrl('compare.css')]
    return {
      ...plain,
      path: '/compare',
      assets: { ...plain.assets, more: [...(plain.assets.more ?? []), ...stylesheets] },
    }
  }

  async function lastMeasured(request: FastifyRequest): Promise<Measurement | undefined> {
    const kept = await notes.read(NOTE).catch((error: unknown) => {
      request.log.warn({ err: error }, 'the last measurement could not be read')
      return own
    })
    return isMeasurement(kept) ? kept : undefined
  }

  async function measureOnce(request: FastifyRequest): Promise<void> {
    if (own && Date.now() - own.atMs < FRESH_MS) return
    running ??= measure(app, options, callContext(request)).finally(() => {
      running = undefined
    })
    const measured = await running.catch((cause: unknown) => {
      const sentence =
        'The three approaches could not be measured: a sign-in was refused, or took too long. Try again in a moment.'
      throw new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
    })
    own = measured
    await notes.write(NOTE, measured).catch((error: unknown) => {
      request.log.warn({ err: error }, 'a measurement could not be kept')
    })
  }

  app.get('/compare', { config: { auth: 'optional', page: true }, schema: { hide: true } }, async (request, reply) =>
    reply.page(ComparePage({ frame: frameOf(request), measured: await lastMeasured(request) })),
  )

  app.post('/compare', { config: { auth: 'optional', page: true }, schema: { hide: true } }, async (request, reply) => {
    await measureOnce(request)
    return reply.redirect('/compare#measured', 303)
  })
}
