import type { BankDatabase } from '@signet/bank-database'
import { DEMO_PEOPLE } from '@signet/contracts'
import { demoAssetUrl, newTour, readPlace, TOUR_STEPS, TOUR_TTL_SECONDS, tourBarOf } from '@signet/demo'
import { type App, ServiceError, type SharedStore, signedIn } from '@signet/service'
import type { PageFrame } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { createAddressLimit } from '../../limits/attempts.js'
import { letTokenExpire } from './expire.js'
import { OverviewPage } from './overview-page.js'
import { settledTrace, type Trace } from './settled.js'
import { StepPage } from './step-page.js'
import { STEPS } from './steps.js'

export interface TourRoutesOptions {
  readonly db: BankDatabase
  /** Counts the tours that begin. */
  readonly shared: SharedStore
  readonly bankUrl: string
  readonly retirementUrl: string
  /** What the names of cookies begin with. */
  readonly cookiePrefix: string
  /** Whether one address may begin only so many tours a minute. */
  readonly limited: boolean
}

/** Tours that one address may begin in a minute: each takes room in the store. */
const TOURS_PER_MINUTE = 30

const StepParams = Type.Object({ step: Type.String() })
/** A form sends text. */
const StepForm = Type.Object({
  step: Type.Optional(Type.Union(TOUR_STEPS.map((_, index) => Type.Literal(String(index + 1))))),
})

/** `/tour`: the guided walk through both apps. Only for a demo. */
export async function tourRoutes(app: App, options: TourRoutesOptions): Promise<void> {
  const { db, bankUrl, retirementUrl, cookiePrefix } = options
  const { cookies, traces } = app.tour
  const countTour = options.limited
    ? createAddressLimit(options.shared, { name: 'tour:address', perMinute: TOURS_PER_MINUTE })
    : undefined
  const stylesheets = [demoAssetUrl('tour.css')]

  const frameOf = (request: FastifyRequest, step?: number): PageFrame => {
    const plain = request.pageFrame('tour')
    return {
      ...plain,
      notice: tourBarOf(request, bankUrl, step),
      path: step === undefined ? '/tour' : `/tour/${step}`,
      assets: { ...plain.assets, more: [...(plain.assets.more ?? []), ...stylesheets] },
    }
  }

  /** By the cookie alone: there is no other way to a trace. */
  async function traceOf(request: FastifyRequest): Promise<Trace | null> {
    if (!request.tour) return null
    try {
      return await settledTrace(traces, request.tour.id)
    } catch (error) {
      request.log.warn({ err: error }, 'the tour cannot be read')
      return 'unknown'
    }
  }

  app.get(
    '/tour',
    { config: { auth: 'optional', page: true, traced: false }, schema: { hide: true } },
    async (request, reply) => {
      const left = readPlace(request.headers.cookie, cookies.left)
      return reply.page(
        OverviewPage({
          frame: frameOf(request),
          step: request.tour?.step,
          leftAt: request.tour ? undefined : left?.step,
          trace: await traceOf(request),
        }),
      )
    },
  )

  app.get<{ Params: { step: string } }>(
    '/tour/:step',
    { config: { auth: 'optional', page: true, traced: false }, schema: { hide: true, params: StepParams } },
    async (request, reply) => {
      const step = /^[1-9]\d?$/.test(request.params.step) ? Number(request.params.step) : 0
      if (!STEPS[step - 1])
        throw new ServiceError('not_found', `The tour has ${STEPS.length} steps, and this is none of them.`)
      if (request.tour && request.tour.step !== step) cookies.go(reply, { ...request.tour, step })
      return reply.page(
        StepPage({
          frame: frameOf(request, step),
          number: step,
          trace: await traceOf(request),
          bankUrl,
          retirementUrl,
          cookiePrefix,
          ada: DEMO_PEOPLE.ada,
        }),
      )
    },
  )

  app.post<{ Body: { step?: string } | null }>(
    '/tour/begin',
    { config: { auth: 'none', page: true, traced: false }, schema: { hide: true, body: StepForm } },
    async (request, reply) => {
      await countTour?.(request.ip)
      const place = newTour(Number(request.body?.step ?? 1))
      await traces.begin(place.id, TOUR_TTL_SECONDS).catch((cause: unknown) => {
        const sentence = 'The tour cannot begin right now. Try again in a moment.'
        throw new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
      })
      cookies.go(reply, place)
      return reply.redirect(`/tour/${place.step}`, 303)
    },
  )

  app.post(
    '/tour/resume',
    { config: { auth: 'none', page: true, traced: false }, schema: { hide: true } },
    async (request, reply) => {
      const left = readPlace(request.headers.cookie, cookies.left)
      if (!left) return reply.redirect('/tour', 303)
      cookies.go(reply, left)
      return reply.redirect(`/tour/${left.step}`, 303)
    },
  )

  app.post('/tour/expire', { config: { page: true }, schema: { hide: true } }, async (request, reply) => {
    const { sid, strategy } = signedIn(request)
    if (strategy !== 'jwt') throw new ServiceError('forbidden', 'This takes a sign-in with a token.')
    await letTokenExpire({ db }, request, reply, sid)
    return reply.redirect(`${retirementUrl}/`, 303)
  })
}
