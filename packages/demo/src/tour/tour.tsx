import { type CookieDefinition, type CookieScope, defineCookie } from '@signet/auth/verifier'
import { cookieScopeOf, pageRoute } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { VNode } from 'preact'
import type { DemoOptions } from '../options.js'
import { formatPlace, TOUR_TTL_SECONDS, type TourPlace } from './cookie.js'
import { probeCopies } from './probe-copies.js'
import { tourRecorder } from './recorder.js'
import { TOUR_STEPS } from './step-titles.js'
import { TourBar } from './tour-bar.js'
import { createTraces, type Traces } from './traces.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly tour: Tour
  }
}

/** What the tour's pages need: the recording, and the cookies with the user's step. */
interface Tour {
  readonly traces: Traces
  readonly cookies: TourCookies
}

/** Two cookies: `on` with the current step, `left` with the step to resume at. Only requests with `on` are recorded. */
export interface TourCookies {
  readonly on: CookieDefinition
  readonly left: CookieDefinition
  go(reply: FastifyReply, place: TourPlace): void
  leave(reply: FastifyReply, place: TourPlace): void
}

function tourCookies(scope: CookieScope): TourCookies {
  const on = defineCookie('tour', scope)
  const left = defineCookie('tour_left', scope)
  return {
    on,
    left,
    go: (reply, place) => {
      on.set(reply, formatPlace(place), TOUR_TTL_SECONDS)
      left.clear(reply)
    },
    leave: (reply, place) => {
      left.set(reply, formatPlace(place), TOUR_TTL_SECONDS)
      on.clear(reply)
    },
  }
}

/** Registers the tour's part in both apps: recording, sign-out measurement, the bar above pages and `/tour/leave`. */
export const tour = fastifyPlugin<DemoOptions>(
  async (app, { service, config, shared }) => {
    const scope = cookieScopeOf(config)
    const cookies = tourCookies(scope)
    const traces = createTraces(shared)
    const { BANK_URL: bankUrl, RETIREMENT_URL: retirementUrl } = config
    app.decorate('tour', { traces, cookies })
    await app.register(tourRecorder, {
      service,
      bankUrl,
      retirementUrl,
      cookiePrefix: config.COOKIE_PREFIX,
      traces,
      tourCookie: cookies.on,
    })
    probeCopies(app, {
      internalUrls: { bank: config.BANK_INTERNAL_URL, retirement: config.RETIREMENT_INTERNAL_URL },
    })
    app.pageSlots.notices.push((request) => tourBarOf(request, bankUrl))
    app.post('/tour/leave', pageRoute({ auth: 'none', traced: false }), async (request, reply) => {
      if (request.tour) cookies.leave(reply, request.tour)
      return reply.redirect(`${bankUrl}/tour`, 303)
    })
  },
  { name: '@signet/tour', fastify: '5.x', dependencies: ['@signet/pages'] },
)

/** Returns the bar for a user on the tour. Pass `step` when the page shows another step than the cookie. */
export function tourBarOf({ tour: place }: FastifyRequest, bankUrl: string, step = place?.step): VNode | undefined {
  const title = place && step !== undefined && TOUR_STEPS[step - 1]
  if (!title) return undefined
  const href = `${bankUrl}/tour/${step}`
  return <TourBar step={step} of={TOUR_STEPS.length} title={title} href={href} leaveAction="/tour/leave" />
}
