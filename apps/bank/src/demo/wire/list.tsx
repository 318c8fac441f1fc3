import type { TraceEvent } from '@signet/demo'
import { DataTable, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { messagesOf } from '../trace-messages.js'

/** One request with its response, as the live wire shows it. */
export interface WireRow {
  readonly at: Date
  readonly from: string
  readonly to: string
  readonly request: string
  /** Names of the session cookies that it carried. */
  readonly cookies: string
  /** What the service verified, and the calls that it made. */
  readonly verified: string
  readonly response: string
  readonly ms: number
}

const NAMES = { bank: 'Bank', retirement: 'Retirement', browser: 'Browser', store: 'Store' } as const
const SENDERS = { thief: 'Thief', user: 'Made-up user' } as const

/** Requests that the live wire shows. */
export const NEWEST = 20

/**
 * Converts recorded events to rows, newest first.
 *
 * @param cookiePrefix first part of every cookie name.
 */
export const wireRows = (events: readonly TraceEvent[], cookiePrefix: string): WireRow[] =>
  events
    .slice(-NEWEST)
    .toReversed()
    .map((event) => rowOf(event, cookiePrefix))

function rowOf(event: TraceEvent, cookiePrefix: string): WireRow {
  const [request, ...more] = messagesOf([{ ...event, kind: 'request' }], cookiePrefix)
  const response = more.at(-1)
  return {
    at: new Date(event.at),
    from: event.kind === 'request' ? NAMES.browser : SENDERS[event.by ?? 'thief'],
    to: NAMES[event.service],
    request: request?.label ?? '',
    cookies: event.cookies.length > 0 ? (request?.detail ?? '') : 'none',
    verified: more
      .slice(0, -1)
      .map(({ from, to, label }) => (from === to ? label : `${NAMES[from]} to ${NAMES[to]}: ${label}`))
      .join('; '),
    response: [response?.label, response?.detail].filter(Boolean).join('; '),
    ms: event.ms,
  }
}

export interface WireProps {
  /** Undefined while the recording cannot be read. */
  events: readonly TraceEvent[] | undefined
  cookiePrefix: string
}

/** The requests of this browser, newest first. A script updates the list while the page is open. */
export function Wire({ events, cookiePrefix }: WireProps): VNode {
  return (
    <Section title="Live wire" id="live" action={<a href="/wire">Live wire alone</a>}>
      <WireList events={events} cookiePrefix={cookiePrefix} />
    </Section>
  )
}

export function WireList({ events, cookiePrefix }: WireProps): VNode {
  return (
    <div id="wire" aria-live="off">
      {events === undefined ? (
        <p class="empty">We can’t read the recording right now. Reload this page in a moment.</p>
      ) : (
        <DataTable<WireRow>
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
            { header: 'Response', phone: 'note', cell: ({ response, ms }) => `${response}, in ${ms} ms` },
          ]}
        />
      )}
    </div>
  )
}
