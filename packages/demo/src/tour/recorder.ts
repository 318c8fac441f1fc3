import { type CommonConfig, cookieScopeOf, type SharedStore } from '@signet/service'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { readPlace, type TourCookies, type TourPlace, tourCookies } from './cookie.js'
import { type Asked, type TraceEvent, traceRequest } from './event.js'
import { createTraces, type Traces } from './traces.js'

export interface DemoOptions {
  readonly service: 'bank' | 'retirement'
  readonly config: CommonConfig
  /** Both services record tours in it. */
  readonly shared: SharedStore
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false` excludes the route from the recording, for example the tour's own pages. */
    traced?: boolean
  }
  interface FastifyRequest {
    /** The tour that this request is part of. */
    readonly tour: TourPlace | null
    /** The secret id of the recording that this request belongs to; null without one. Never log it. */
    readonly recordingId: string | null
    askedDuringTour: Asked[] | undefined
    /** Records a call that this request made. Does nothing unless the request is recorded. */
    noteAsked(asked: Asked): void
  }
  interface FastifyInstance {
    /** What the tour's pages need: the recording, and the cookies with the user's step. */
    readonly tour: { readonly traces: Traces; readonly cookies: TourCookies }
    /** Starts to write an event and returns at once. */
    recordTrace(id: string, event: TraceEvent): void
    /** Further sources of recordings, for requests without the tour's cookie. Fill it before the app is ready. */
    readonly recordingIds: ((request: FastifyRequest) => string | undefined)[]
  }
}

/** Concurrent writes; further events are dropped. */
const MAX_PENDING = 50
/** Time for pending writes at shutdown. */
const FLUSH_MS = 1_000

/** Routes of the product without authentication. */
const UNRECORDED = new Set(['/assets/*', '/metrics', '/theme'])

/**
 * Records the requests that carry the tour's cookie. No request waits for the store: while it is slow or down, the
 * recording loses events.
 */
export const tourRecorder = fastifyPlugin<DemoOptions>(
  async (app, { service, config, shared }) => {
    const pending = new Set<Promise<unknown>>()
    const cookies = tourCookies(cookieScopeOf(config))
    const traces = createTraces(shared)
    const recordingIds: FastifyInstance['recordingIds'] = []

    app.decorate('tour', { traces, cookies })
    app.decorate('recordingIds', recordingIds)
    app.decorate('recordTrace', (id: string, event: TraceEvent): void => {
      if (pending.size >= MAX_PENDING) return
      const writing = traces
        .append(id, event)
        .catch((error: unknown) => app.log.warn({ err: error }, 'could not record an event of the tour'))
        .finally(() => pending.delete(writing))
      pending.add(writing)
    })
    app.decorateRequest('tour', {
      getter() {
        return readPlace(this.headers.cookie, cookies.on)
      },
    })
    app.decorateRequest('recordingId', {
      getter() {
        return this.tour?.id ?? recordingIds.map((idOf) => idOf(this)).find((id) => id !== undefined) ?? null
      },
    })
    app.decorateRequest('askedDuringTour', undefined)
    app.decorateRequest('noteAsked', function noteAsked(this: FastifyRequest, asked: Asked) {
      if (this.recordingId === null) return
      this.askedDuringTour ??= []
      this.askedDuringTour.push(asked)
    })

    // Recorded before the response is sent, so that the next page of the tour already shows it.
    app.addHook('onSend', (request, reply, payload, done) => {
      const { recordingId } = request
      const { url = '', config: route } = request.routeOptions
      if (recordingId !== null && route.traced !== false && !UNRECORDED.has(url))
        app.recordTrace(recordingId, traceRequest(service, config, reply))
      done(null, payload)
    })
    app.addHook('onClose', async () => {
      await Promise.race([Promise.allSettled(pending), new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())])
    })
  },
  { name: '@signet/tour-recorder', fastify: '5.x' },
)
