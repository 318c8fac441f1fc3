import { setTimeout as wait } from 'node:timers/promises'
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
    /** Writes an event. Resolves when it is written or lost, and never rejects. */
    recordTrace(id: string, event: TraceEvent): Promise<void>
    /** Further sources of recordings, for requests without the tour's cookie. Fill it before the app is ready. */
    readonly recordingIds: ((request: FastifyRequest) => string | undefined)[]
  }
}

/** Concurrent writes; further events are dropped. */
const MAX_PENDING = 50
/** Time for the write of a response's event, and for pending writes at shutdown. */
const WRITE_LIMIT_MS = 1_000

/** Routes of the product without authentication. */
const UNRECORDED = new Set(['/assets/*', '/metrics', '/theme'])

/**
 * Records the requests that carry the tour's cookie. A response waits until its event is written, so that the next page of the
 * tour shows it, but not longer than {@link WRITE_LIMIT_MS}. While the store is down, the recording loses events.
 */
export const tourRecorder = fastifyPlugin<DemoOptions>(
  async (app, { service, config, shared }) => {
    const pending = new Set<Promise<unknown>>()
    const cookies = tourCookies(cookieScopeOf(config))
    const traces = createTraces(shared)
    const recordingIds: FastifyInstance['recordingIds'] = []

    app.decorate('tour', { traces, cookies })
    app.decorate('recordingIds', recordingIds)
    app.decorate('recordTrace', async (id: string, event: TraceEvent): Promise<void> => {
      if (pending.size >= MAX_PENDING) return
      const writing = traces
        .append(id, event)
        .catch((error: unknown) => app.log.warn({ err: error }, 'could not record an event of the tour'))
        .finally(() => pending.delete(writing))
      pending.add(writing)
      await writing
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

    const briefly = (writing: Promise<unknown>) =>
      Promise.race([writing, wait(WRITE_LIMIT_MS, undefined, { ref: false })])
    app.addHook('onSend', async (request, reply) => {
      const { recordingId } = request
      const { url = '', config: route } = request.routeOptions
      if (recordingId !== null && route.traced !== false && !UNRECORDED.has(url))
        await briefly(app.recordTrace(recordingId, traceRequest(service, config, reply)))
    })
    app.addHook('onClose', () => briefly(Promise.allSettled(pending)))
  },
  { name: '@signet/tour-recorder', fastify: '5.x' },
)
