import type { TraceEvent } from '@signet/demo'
import { DataTable, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { type WireRow, wireRows } from './rules.js'

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
