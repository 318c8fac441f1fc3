import { type Column, DataTable, When } from '@signet/ui'
import type { ComponentChildren, VNode } from 'preact'
import type { Figures, Measurement, Said } from './figures.js'
import { duration, inOrder, NAMES, STORES } from './labels.js'

interface Row {
  readonly question: string
  readonly note?: string
  readonly answer: (figures: Figures) => ComponentChildren
}

/** Shows every figure, with one column per approach. */
export function FiguresTable({ measured }: { measured: Measurement }): VNode {
  const { timedRequests, store } = measured
  const rows: Row[] = [
    {
      question: 'Cookie size',
      note: 'name and value, sent with every request to either app',
      answer: ({ cookieBytes }) => `${cookieBytes} bytes`,
    },
    {
      question: 'Lookups per request',
      note: `counted over ${timedRequests} requests`,
      answer: ({ lookups: { memory, store: asked } }) => {
        const each = (count: number) => (count === timedRequests ? '1' : (count / timedRequests).toFixed(2))
        if (asked > 0) return `${each(asked)} in ${STORES[store]}`
        return memory > 0 ? `${each(memory)} in memory` : 'none'
      },
    },
    {
      question: 'Authentication time (p50)',
      note: `from Server-Timing, over ${timedRequests} requests`,
      answer: ({ authenticationMs, lookupMs }) => (
        <>
          {duration(authenticationMs)}
          {lookupMs !== null && <div class="muted small">{duration(lookupMs)} of it for the lookup</div>}
        </>
      ),
    },
    { question: 'Response of this app', answer: ({ here }) => <Words said={here} /> },
    { question: 'Response of the other app', answer: ({ sibling }) => <Words said={sibling} /> },
    {
      question: 'After a restart',
      note: 'response of a second instance of this service’s authentication, with an empty memory',
      answer: ({ afterRestart }) => <Words said={afterRestart} />,
    },
    {
      question: 'With the store down',
      note: 'response of an instance whose store is at a closed port',
      answer: ({ storeDown }) => <Words said={storeDown} />,
    },
    {
      question: 'Sign-out propagation to this app',
      note: 'until a copy of the cookie is refused',
      answer: ({ refusedHereMs }) => (refusedHereMs === null ? 'not within 4 s' : duration(refusedHereMs)),
    },
    {
      question: 'Sign-out propagation to retirement',
      answer: ({ refusedAtSiblingMs, sibling }) => {
        if (refusedAtSiblingMs !== null) return duration(refusedAtSiblingMs)
        return sibling?.status === 200 ? 'not within 4 s' : 'never accepted'
      },
    },
  ]
  const approaches = inOrder(measured)
  const columns: Column<Row>[] = [
    {
      header: 'Measured',
      rowHeader: true,
      phone: 'lead',
      cell: ({ question, note }) => (
        <>
          {question}
          {note !== undefined && <div class="muted small">{note}</div>}
        </>
      ),
    },
    ...approaches.map(
      (figures): Column<Row> => ({
        header: NAMES[figures.strategy],
        phone: 'note',
        cell: ({ answer }) => <div>{answer(figures)}</div>,
      }),
    ),
  ]
  return (
    <>
      <DataTable<Row> caption="The three approaches, measured" columns={columns} rows={rows} />
      <p class="muted small">
        Measured <When at={new Date(measured.atMs)} time /> by process <code>{measured.instance}</code>, with{' '}
        {measured.requests} requests in {duration(measured.tookMs)}. Other load on this machine affects the figures.
      </p>
    </>
  )
}

/** Shows a response with a symbol, so that color is not the only sign. */
function Words({ said }: { said: Said }): VNode {
  if (said === null) return <>no response</>
  const known = said.status === 200
  return (
    <span class={known ? 'says says-yes' : 'says says-no'}>
      <strong>
        <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false">
          <circle cx="12" cy="12" r="10" />
          <path d={known ? 'm7.5 12.5 3 3 6-7' : 'm8.5 8.5 7 7m0-7-7 7'} />
        </svg>
        {known ? 'accepted' : said.status === 503 ? 'unavailable' : 'refused'}
      </strong>
      <span class="small">
        {said.status} {said.code !== null && <code>{said.code}</code>}
      </span>
    </span>
  )
}
