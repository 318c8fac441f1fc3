import type { CookieDefinition } from '@signet/auth/verifier'
import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { readPlace, type TourPlace } from './cookie.js'
import type { Asked, TraceEvent } from './event.js'
import { type TracedService, traceRequest } from './trace-request.js'
import type { Traces } from './traces.js'

export interface TourRecorderOptions extends TracedService {
  /** Where it goes. */
  readonly traces: Traces
  readonly tourCookie: CookieDefinition
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false`: not recorded, even on a tour: the tour's own pages. */
    traced?: boolean
  }
  interface FastifyRequest {
    /** The tour that this request is part of. */
    readonly tour: TourPlace | null
    askedDuringTour: Asked[] | undefined
    /** Notes for the tour what this request had to ask of somebody; not on a tour, it does nothing. */
    noteAsked(asked: Asked): void
  }
  interface FastifyInstance {
    /** Writes an event without being waited for. */
    recordTrace(id: string, event: TraceEvent): void
  }
}

/** Writes under way at once; what comes while there are as many is not recorded. */
const MAX_PENDING = 50
/** At the end, for writes under way. */
const FLUSH_MS = 1_000

/** Routes of the product that say nothing about authentication. Assets have a context of their own, without this hook. */
const UNRECORDED = new Set(['/metrics', '/theme'])

/**
 * Records what happens to the requests of people on the guided tour, and to no other: those carry the tour's cookie.
 * Nobody waits for it. A store that is slow or down loses the tour some events, and costs a request nothing.
 */
export const tourRecorder = fastifyPlugin<TourRecorderOptions>(
  async (app, recording) => {
    const pending = new Set<Promise<void>>()

    app.decorate('recordTrace', (id: string, event: TraceEvent): void => {
      if (pending.size >= MAX_PENDING) return
      const writing = recording.traces
        .append(id, event)
        .catch((error: unknown) => app.log.warn({ err: error }, 'the tour could not be recorded'))
        .finally(() => pending.delete(writing))
      pending.add(writing)
    })
    app.decorateRequest('tour', {
      getter() {
        return readPlace(this.headers.cookie, recording.tourCookie)
      },
    })
    app.decorateRequest('askedDuringTour', undefined)
    app.decorateRequest('noteAsked', function noteAsked(this: FastifyRequest, asked: Asked) {
      if (!this.tour) return
      this.askedDuringTour ??= []
      this.askedDuringTour.push(asked)
    })

    // Before the answer leaves: whoever follows a link in it finds on the tour's page what led there.
    app.addHook('onSend', (request, reply, payload, done) => {
      const { tour } = request
      const { url, config } = request.routeOptions
      if (tour && config.traced !== false && !UNRECORDED.has(url ?? '')) {
        const at = Date.now() - Math.round(reply.elapsedTime)
        app.recordTrace(tour.id, traceRequest(recording, request, reply, request.askedDuringTour ?? [], at))
      }
      done(null, payload)
    })
    app.addHook('onClose', async () => {
      await Promise.race([Promise.allSettled(pending), new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())])
    })
  },
  { name: '@signet/tour-recorder', fastify: '5.x' },
)
