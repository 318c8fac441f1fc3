import { type CookieDefinition, type CookieScope, defineCookie } from '@signet/auth/verifier'
import { type CommonConfig, cookieScopeOf, pageRoute, type SharedStore } from '@signet/service'
import { Button, ButtonLink, Form } from '@signet/ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { VNode } from 'preact'
import { formatPlace, TOUR_TTL_SECONDS, type TourPlace } from './cookie.js'
import { probeCopies } from './probe-copies.js'
import { tourRecorder } from './recorder.js'
import { TOUR_STEPS } from './step-titles.js'
import { createTraces, type Traces } from './traces.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** What the tour's pages need: the recording, and the cookies with the user's step. */
    readonly tour: { readonly traces: Traces; readonly cookies: TourCookies }
  }
}

export interface DemoOptions {
  readonly service: 'bank' | 'retirement'
  readonly config: CommonConfig
  /** Both services record tours in it. */
  readonly shared: SharedStore
}

/** Two cookies: `on` with the current step, `left` with the step to resume at. Only requests with `on` are recorded. */
interface TourCookies {
  readonly on: CookieDefinition
  readonly left: CookieDefinition
  go(reply: FastifyReply, place: TourPlace): void
  leave(reply: FastifyReply, place: TourPlace): void
}

function tourCookies(scope: CookieScope): TourCookies {
  const on = defineCookie('tour', scope)
  const left = defineCookie('tour_left', scope)
  const keepIn = (cookie: CookieDefinition, other: CookieDefinition) => (reply: FastifyReply, place: TourPlace) => {
    cookie.set(reply, formatPlace(place), TOUR_TTL_SECONDS)
    other.clear(reply)
  }
  return { on, left, go: keepIn(on, left), leave: keepIn(left, on) }
}

/** Registers the tour's part in both apps: recording, sign-out measurement, the bar above pages and `/tour/leave`. */
export const tour = fastifyPlugin<DemoOptions>(
  async (app, { service, config, shared }) => {
    const { BANK_URL: bankUrl } = config
    const cookies = tourCookies(cookieScopeOf(config))
    const traces = createTraces(shared)
    app.decorate('tour', { traces, cookies })
    await app.register(tourRecorder, { service, config, traces, tourCookie: cookies.on })
    probeCopies(app, config)
    app.pageSlots.notices.push((request) => tourBarOf(request, bankUrl))
    app.post('/tour/leave', pageRoute({ auth: 'none', traced: false }), async (request, reply) => {
      if (request.tour) cookies.leave(reply, request.tour)
      return reply.redirect(`${bankUrl}/tour`, 303)
    })
  },
  { name: '@signet/tour', fastify: '5.x', dependencies: ['@signet/pages'] },
)

/** Returns the bar above a page for a user on the tour. Pass `step` when the page shows another step than the cookie. */
export function tourBarOf({ tour: place }: FastifyRequest, bankUrl: string, step = place?.step): VNode | undefined {
  const title = place && step !== undefined && TOUR_STEPS[step - 1]
  if (!title) return undefined
  return <TourBar step={step} of={TOUR_STEPS.length} title={title} href={`${bankUrl}/tour/${step}`} />
}

/** Its form goes to this service: the other app would refuse it as cross-site. */
export const TourBar = (props: { step: number; of: number; title: string; href: string }): VNode => (
  <aside class="tour-bar" aria-label="Tour">
    <div class="wrap">
      <p>
        <strong>
          Step {props.step} of {props.of}
        </strong>
        <span> · {props.title}</span>
      </p>
      <ButtonLink kind="quiet" href={props.href}>
        Back to the tour
      </ButtonLink>
      <Form class="" action="/tour/leave">
        <Button kind="quiet">Leave the tour</Button>
      </Form>
    </div>
  </aside>
)
