import { type CookieDefinition, type CookieScope, defineCookie } from '@signet/auth/verifier'
import type { FastifyInstance, FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { type CommonConfig, cookieDomainOf } from '../config/common.js'
import type { SharedStore } from '../stores/shared-store.js'
import { spell, TOUR_TTL_SECONDS, type TourPlace } from './cookie.js'
import { probeCopies } from './probe-copies.js'
import { tourRecorder } from './recorder.js'
import type { TracedService } from './trace-request.js'
import { createTraces, type Traces } from './traces.js'

export interface TourOptions extends TracedService {
  readonly traces: Traces
  readonly cookies: TourCookies
  readonly tokenCookie: CookieDefinition
  readonly internalUrls: Readonly<Record<'bank' | 'retirement', string>>
}

/** Both apps' cookies: where somebody is on the tour, or where they left it. By the latter nothing is recorded. */
export interface TourCookies {
  readonly on: CookieDefinition
  readonly left: CookieDefinition
  go(reply: FastifyReply, place: TourPlace): void
  leave(reply: FastifyReply, place: TourPlace): void
}

function tourCookies(scope: CookieScope): TourCookies {
  const on = defineCookie('signet_tour', scope)
  const left = defineCookie('signet_tour_left', scope)
  return {
    on,
    left,
    go: (reply, place) => {
      on.set(reply, spell(place), TOUR_TTL_SECONDS)
      left.clear(reply)
    },
    leave: (reply, place) => {
      left.set(reply, spell(place), TOUR_TTL_SECONDS)
      on.clear(reply)
    },
  }
}

/** What a service needs for the guided tour; undefined where it is no demo. */
export function tourOf(
  service: 'bank' | 'retirement',
  config: CommonConfig,
  shared: SharedStore,
): TourOptions | undefined {
  if (!config.DEMO) return undefined
  const scope = { domain: cookieDomainOf(config), secure: config.BANK_URL.startsWith('https:') }
  return {
    service,
    bankUrl: config.BANK_URL,
    retirementUrl: config.RETIREMENT_URL,
    traces: createTraces(shared),
    cookies: tourCookies(scope),
    tokenCookie: defineCookie('signet_token', scope),
    internalUrls: { bank: config.BANK_INTERNAL_URL, retirement: config.RETIREMENT_INTERNAL_URL },
  }
}

/** The part of the tour that both apps have: recording, measuring a sign-out, and the way off it. */
export const tour = fastifyPlugin<{ readonly tour: TourOptions | undefined }>(
  async (app: FastifyInstance, { tour: options }) => {
    await app.register(tourRecorder, { recording: options && { ...options, tourCookie: options.cookies.on } })
    if (!options) return
    probeCopies(app, options)
    app.post(
      '/tour/leave',
      { config: { auth: 'none', page: true, traced: false }, schema: { hide: true } },
      async (request, reply) => {
        if (request.tour) options.cookies.leave(reply, request.tour)
        return reply.redirect(`${options.bankUrl}/tour`, 303)
      },
    )
  },
  { name: '@signet/tour', fastify: '5.x' },
)
