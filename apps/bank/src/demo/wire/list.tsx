import type { SequenceMessage, TraceEvent } from '@signet/demo'
import { DataTable, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { messagesOf } from '../trace-messages.js'

const NAMES = { bank: 'Bank', retirement: 'Retirement', browser: 'Browser', store: 'Store' } as const
const SENDERS = { thief: 'Thief', user: 'Made-up user' } as const

/** Requests that the live wire shows. */
export const NEWEST = 20

/**
 * Converts recorded events to rows, newest first.
 *
 * @param cookiePrefix first part of every cookie name.
 */
export const wireRows = (events: readonly TraceEvent[], cookiePrefix: string) =>
  events
    .slice(-NEWEST)
    .toReversed()
    .map((event) => rowOf(event, cookiePrefix))

const textOf = ({ from, to, label }: SequenceMessage): string =>
  from === to ? label : `${NAMES[from]} to ${NAMES[to]}: ${label}`

/** One request with its response: the cookies that it carried, what the service verified, and the calls that it made. */
function rowOf(event: TraceEvent, cookiePrefix: string) {
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
}

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

export function WireList({ events, cookiePrefix }: WireProps): VNode {
  return (
    <div id="wire" aria-live="off">
      {events === undefined ? (
        <p class="empty">We can’t read the recording right now. Reload this page in a moment.</p>
      ) : (
        <DataTable<ReturnType<typeof rowOf>>
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
}
