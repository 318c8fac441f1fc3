import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { demoAssetUrl, type SequenceMessage, type TraceEvent, unavailable } from '@signet/demo'
import { type App, pageRoute, ServiceError } from '@signet/service'
import { DataTable, Page, Section } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import type { BankDemoOptions } from '../options.js'
import { messagesOf } from '../trace-messages.js'

const EVERY_MS = 250
/** Then the browser connects again. */
const OPEN_MS = 300_000
/** More than a presenter has open. */
const MAX_STREAMS = 64

/**
 * Registers `/wire`, which lists the requests of this browser, and the event stream that says when there are new ones. The cookie of
 * the recording is the only way to read it. Demo only.
 */
export async function wireRoutes(app: App, { config }: BankDemoOptions): Promise<void> {
  let streams = 0

  /** Yields an event (HTML Living Standard, section 9.2) whenever the recording has grown, until `over` is aborted. */
  async function* changesOf(request: FastifyRequest, over: AbortSignal): AsyncGenerator<string> {
    streams += 1
    try {
      yield 'retry: 2000\n\n'
      for (let last: string | undefined; !over.aborted; ) {
        const events = await recordedEvents(request)
        // The browser connects again.
        if (!events) return
        // The oldest events are dropped, so that their number alone does not tell.
        const newest = JSON.stringify([events.length, events.at(-1)])
        if (last !== undefined && newest !== last) yield 'event: requests\ndata:\n\n'
        last = newest
        await delay(EVERY_MS, undefined, { signal: over }).catch(() => {})
      }
    } finally {
      streams -= 1
    }
  }

  app.get('/wire', pageRoute({ auth: 'optional', traced: false }), async (request, reply) =>
    reply.page(
      <Page
        {...request.pageFrame('wire')}
        scripts={[demoAssetUrl('wire.js')]}
        title="Live wire"
        lead="The requests of this browser to both apps, as they happen. Names of cookies are recorded, never their values."
      >
        {request.recordingId === null ? (
          <p class="empty">
            Nothing is recorded. <a href="/tour">Start the tour</a> or <a href="/thief">take the thief’s seat</a>, and
            open this page in a second window.
          </p>
        ) : (
          <WireList events={await recordedEvents(request)} cookiePrefix={config.COOKIE_PREFIX} />
        )}
      </Page>,
    ),
  )

  app.get(
    '/wire/events',
    { config: { auth: 'none', timeLimit: false, traced: false }, schema: { hide: true } },
    async (request, reply) => {
      const id = request.recordingId
      const found = id === null ? null : await app.tour.traces.read(id).catch(unavailable())
      if (id === null || found === null)
        throw new ServiceError('not_found', 'This browser has no recording. Start the tour.')
      const closed = streams < MAX_STREAMS ? app.heldResponses.hold(reply) : undefined
      if (!closed) throw new ServiceError('unavailable', undefined, { headers: { 'retry-after': '5' } })
      const over = AbortSignal.any([closed, AbortSignal.timeout(OPEN_MS)])
      const stream = Readable.from(changesOf(request, over))
      return reply.header('cache-control', 'no-store').type('text/event-stream').send(stream)
    },
  )
}

/** Returns the events of the request's recording; undefined while the store cannot be read. */
export async function recordedEvents(request: FastifyRequest): Promise<TraceEvent[] | undefined> {
  if (request.recordingId === null) return []
  try {
    return (await request.server.tour.traces.read(request.recordingId)) ?? []
  } catch (error) {
    request.log.warn({ err: error }, 'could not read the recording of the live wire')
    return undefined
  }
}

const NAMES = { bank: 'Bank', retirement: 'Retirement', browser: 'Browser', store: 'Store' } as const
const SENDERS = { thief: 'Thief', user: 'Made-up user' } as const

/** Requests that the live wire shows. */
export const NEWEST = 20

/**
 * Converts recorded events to rows, newest first: a request with its cookies, what the service verified, and its response.
 *
 * @param cookiePrefix first part of every cookie name.
 */
export const wireRows = (events: readonly TraceEvent[], cookiePrefix: string) =>
  events
    .slice(-NEWEST)
    .map((event) => {
      const [request, ...more] = messagesOf([{ ...event, kind: 'request' }], cookiePrefix)
      const { label, detail } = more.pop() ?? {}
      return {
        from: event.kind === 'request' ? NAMES.browser : SENDERS[event.by ?? 'thief'],
        to: NAMES[event.service],
        request: request?.label,
        cookies: event.cookies.length > 0 ? request?.detail : 'none',
        verified: more.map(textOf).join('; '),
        response: `${detail === undefined ? label : `${label}; ${detail}`}, in ${event.ms} ms`,
      }
    })
    .toReversed()

const textOf = ({ from, to, label }: SequenceMessage): string =>
  from === to ? label : `${NAMES[from]} to ${NAMES[to]}: ${label}`

export interface WireProps {
  /** Undefined while the recording cannot be read. */
  events: readonly TraceEvent[] | undefined
  cookiePrefix: string
}

/** The requests of this browser, newest first. A script updates the list while the page is open. */
export const Wire = (props: WireProps): VNode => (
  <Section title="Live wire" id="live" action={<a href="/wire">Live wire alone</a>}>
    <WireList {...props} />
  </Section>
)

const WireList = ({ events, cookiePrefix }: WireProps): VNode => (
  <div id="wire" aria-live="off">
    {events === undefined ? (
      <p class="empty">We can’t read the recording right now. Reload this page in a moment.</p>
    ) : (
      <DataTable
        caption="Requests of this browser, newest first"
        captionHidden
        emptyText="No requests yet. Each request of this browser to both apps appears here."
        rows={wireRows(events, cookiePrefix)}
        columns={[
          {
            header: 'Request',
            rowHeader: true,
            phone: 'lead',
            cell: ({ from, to, request }) => (
              <>
                <span class="muted small">
                  {from} to {to}
                </span>{' '}
                <br />
                <code>{request}</code>
              </>
            ),
          },
          { header: 'Session cookies', phone: 'note', cell: ({ cookies }) => <code>{cookies}</code> },
          { header: 'Verified', phone: 'note', cell: ({ verified }) => verified || 'nothing' },
          { header: 'Response', phone: 'note', cell: ({ response }) => response },
        ]}
      />
    )}
  </div>
)
