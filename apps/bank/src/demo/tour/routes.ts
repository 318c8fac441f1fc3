import { setTimeout as delay } from 'node:timers/promises'
import { AuthError } from '@signet/auth/verifier'
import {
  newTour,
  readPlace,
  TOUR_STEPS,
  TOUR_TTL_SECONDS,
  type TraceEvent,
  tourBarOf,
  unavailable,
  withGuess,
} from '@signet/demo'
import { type App, pageRoute, ServiceError, signedIn } from '@signet/service'
import type { PageFrame } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { BankDemoOptions } from '../options.js'
import { issueShortLivedToken } from '../temporary-credentials.js'
import { recordedEvents } from '../wire/wire.js'
import { isMeasuring } from './evidence.js'
import { OverviewPage, StepPage } from './pages.js'
import { ANSWERS } from './questions.js'
import { STEPS } from './steps.js'

/** Tours that one address may start per minute: each uses space in the store. */
const TOURS_PER_MINUTE = 30
const AGAIN_MS = 100

const StepParams = Type.Object({ step: Type.String() })
/** Numbers in a form arrive as text. */
const StepForm = Type.Object({ step: Type.Optional(Type.Enum(TOUR_STEPS.map((_, index) => String(index + 1)))) })

const GuessForm = Type.Object({ guess: Type.Enum(ANSWERS) })

/** Registers `/tour`, the guided tour through both apps. Demo only. */
export async function tourRoutes(app: App, { config, db }: BankDemoOptions): Promise<void> {
  const { cookies, traces } = app.tour
  const countTour = app.attempts.limitByAddress('tour:address', TOURS_PER_MINUTE)

  const frameOf = (request: FastifyRequest, step?: number): PageFrame => ({
    ...request.pageFrame('tour'),
    notice: tourBarOf(request, config.BANK_URL, step),
  })

  /**
   * Returns the events of the request's tour; undefined while they cannot be read. The cookie is the only way to read them. Right
   * after a sign-out it waits for the running measurement, because the page has no script that could reload it.
   */
  async function eventsOf(request: FastifyRequest): Promise<readonly TraceEvent[] | undefined> {
    if (!request.tour) return []
    for (let atMs = request.receivedAtMs; ; atMs += AGAIN_MS) {
      const events = await recordedEvents(request)
      if (!events || !isMeasuring(events, atMs)) return events
      await delay(AGAIN_MS)
    }
  }

  app.get('/tour', pageRoute({ auth: 'optional', traced: false }), async (request, reply) => {
    const events = await eventsOf(request)
    const step = request.tour?.step
    const leftAt = request.tour ? undefined : readPlace(request.headers.cookie, cookies.left)?.step
    return reply.page(OverviewPage({ frame: frameOf(request), step, leftAt, events }))
  })

  app.get('/tour/:step', pageRoute({ auth: 'optional', traced: false, params: StepParams }), async (request, reply) => {
    const step = stepOf(request.params)
    if (request.tour && request.tour.step !== step) cookies.go(reply, { ...request.tour, step })
    return reply.page(
      StepPage({
        frame: frameOf(request, step),
        number: step,
        isOnTour: request.tour !== null,
        recorded: await eventsOf(request),
        guess: request.tour?.guesses[step - 1],
        hasToken: request.identity?.strategy === 'jwt',
        config,
      }),
    )
  })

  app.post(
    '/tour/:step/guess',
    pageRoute({ auth: 'none', traced: false, params: StepParams, body: GuessForm }),
    async (request, reply) => {
      const step = stepOf(request.params)
      if (request.tour) cookies.go(reply, withGuess({ ...request.tour, step }, request.body.guess))
      return reply.redirect(`/tour/${step}`, 303)
    },
  )

  app.post('/tour/begin', pageRoute({ auth: 'none', traced: false, body: StepForm }), async (request, reply) => {
    await countTour(request.ip, request.receivedAtMs)
    const place = newTour(Number(request.body?.step ?? 1))
    await traces
      .begin(place.id, TOUR_TTL_SECONDS, request.receivedAtMs)
      .catch(unavailable('We can’t start the tour right now. Try again in a moment.'))
    cookies.go(reply, place)
    return reply.redirect(`/tour/${place.step}`, 303)
  })

  app.post('/tour/resume', pageRoute({ auth: 'none', traced: false }), async (request, reply) => {
    const left = readPlace(request.headers.cookie, cookies.left)
    if (!left) return reply.redirect('/tour', 303)
    cookies.go(reply, left)
    return reply.redirect(`/tour/${left.step}`, 303)
  })

  // Issues a token of the current session that lives one second, and responds once it has expired. The refresh token stays.
  app.post('/tour/expire', pageRoute(), async (request, reply) => {
    const { sid, strategy } = signedIn(request)
    if (strategy !== 'jwt')
      throw new ServiceError('forbidden', 'This step needs a token. Sign in with “A signed token” first.')
    const issued = await issueShortLivedToken(app, db, sid)
    if (!issued) throw new AuthError('token_revoked')
    const remainingSeconds = Math.floor((issued.sessionExpiresAt.getTime() - request.receivedAtMs) / 1000)
    app.userSessions.cookies.token.set(reply, issued.token, Math.max(1, remainingSeconds))
    await delay(issued.claims.exp * 1000 - Date.now())
    return reply.redirect(`${config.RETIREMENT_URL}/`, 303)
  })
}

/** @throws {ServiceError} `not_found` for a step that the tour does not have. */
function stepOf({ step: text }: { readonly step: string }): number {
  const step = /^[1-9]\d?$/.test(text) ? Number(text) : 0
  if (!STEPS[step - 1])
    throw new ServiceError('not_found', `There is no such step. The tour has steps 1 to ${STEPS.length}.`)
  return step
}
