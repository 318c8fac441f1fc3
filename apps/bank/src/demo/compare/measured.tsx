import type { StrategyName } from '@signet/auth/verifier'
import { BarChart, VerdictMark } from '@signet/demo'
import { DataTable, When } from '@signet/ui'
import type { ComponentChildren, VNode } from 'preact'
import type { Figures, Landed, Measurement, Said } from './figures.js'

/** In the order of the tour: from the approach that works in one process to the one that works everywhere. */
const NAMES: Readonly<Record<StrategyName, string>> = {
  session: 'Session in memory',
  'shared-session': 'Session in a shared store',
  jwt: 'Signed token',
}
const STORES = { redis: 'Redis', postgresql: 'PostgreSQL' } as const

/** Formats a time in ms: `0.42 ms`, `1.3 s`. */
function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(2)} ms`
}

/** Shows a measurement: the three figures that differ most as charts, all figures, and the processes that answered. */
export function Measured({ measured }: { measured: Measurement }): VNode {
  const approaches = Object.keys(NAMES).flatMap((name) =>
    measured.approaches.filter(({ strategy }) => strategy === name),
  )
  const bars = (figure: (figures: Figures) => number | null, textOf = duration) =>
    approaches.map((figures) => {
      const value = figure(figures)
      const text = value === null ? 'never accepted' : textOf(value)
      return { label: NAMES[figures.strategy], value: value ?? 0, text }
    })
  /** A table with one column per approach. */
  const table = (caption: string, header: string, rows: readonly Row[]) => (
    <DataTable<Row>
      caption={caption}
      rows={rows}
      columns={[
        {
          header,
          rowHeader: true,
          phone: 'lead',
          cell: ({ question, note }) => (
            <>
              {question}
              {note !== undefined && <div class="muted small">{note}</div>}
            </>
          ),
        },
        ...approaches.map((figures) => ({
          header: NAMES[figures.strategy],
          phone: 'note' as const,
          cell: ({ answer }: Row) => <div>{answer(figures)}</div>,
        })),
      ]}
    />
  )
  return (
    <div class="measured">
      <div class="charts">
        <BarChart
          title="Cookie size per request"
          bars={bars(
            ({ cookieBytes }) => cookieBytes,
            (bytes) => `${bytes} bytes`,
          )}
        />
        <BarChart title="Authentication time (p50)" bars={bars(({ authenticationMs }) => authenticationMs)} />
        <BarChart title="Sign-out propagation to retirement" bars={bars(({ refusedMs }) => refusedMs.sibling)} />
      </div>
      {table('The three approaches, measured', 'Measured', questionsOf(measured))}
      <p class="muted small">
        Measured <When at={new Date(measured.atMs)} time /> by process <code>{measured.instance}</code>, with{' '}
        {measured.requests} requests in {duration(measured.tookMs)}. Other load on this machine affects the figures.
      </p>
      {table('Processes that answered separate connections', 'Service', [
        { question: 'Signet Bank', answer: ({ landed }) => landedAt(landed.bank) },
        { question: 'Signet Retirement', answer: ({ landed }) => landedAt(landed.retirement) },
      ])}
      <p class="muted small">
        With several replicas behind one address, only the process that handled the sign-in has the memory session.
      </p>
    </div>
  )
}

interface Row {
  readonly question: string
  readonly note?: string
  readonly answer: (figures: Figures) => ComponentChildren
}

const questionsOf = ({ timedRequests, store }: Measurement): Row[] => [
  {
    question: 'Cookie size',
    note: 'name and value, sent with every request to either app',
    answer: ({ cookieBytes }) => `${cookieBytes} bytes`,
  },
  {
    question: 'Lookups per request',
    note: `counted over ${timedRequests} requests`,
    answer: ({ lookups }) => {
      const each = (count: number) => (count === timedRequests ? '1' : (count / timedRequests).toFixed(2))
      if (lookups.store > 0) return `${each(lookups.store)} in ${STORES[store]}`
      return lookups.memory > 0 ? `${each(lookups.memory)} in memory` : 'none'
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
  { question: 'Response of this app', answer: ({ here }) => wordsOf(here) },
  { question: 'Response of the other app', answer: ({ sibling }) => wordsOf(sibling) },
  {
    question: 'After a restart',
    note: 'response of a second instance of this service’s authentication, with an empty memory',
    answer: ({ afterRestart }) => wordsOf(afterRestart),
  },
  {
    question: 'With the store down',
    note: 'response of an instance whose store is at a closed port',
    answer: ({ storeDown }) => wordsOf(storeDown),
  },
  {
    question: 'Sign-out propagation to this app',
    note: 'until a copy of the cookie is refused',
    answer: ({ here, refusedMs }) => refusedAfter(here, refusedMs.here),
  },
  {
    question: 'Sign-out propagation to retirement',
    answer: ({ sibling, refusedMs }) => refusedAfter(sibling, refusedMs.sibling),
  },
]

function refusedAfter(before: Said, ms: number | null): string {
  if (ms !== null) return duration(ms)
  return before?.status === 200 ? 'not within 4 s' : 'never accepted'
}

/** Shows a response with a symbol, so that color is not the only sign. */
function wordsOf(said: Said): ComponentChildren {
  if (said === null) return 'no response'
  const known = said.status === 200
  return (
    <div class={`verdict verdict-${known ? 'genuine' : 'refused'}`}>
      <strong>
        <VerdictMark genuine={known} />
        {known ? 'accepted' : said.status === 503 ? 'unavailable' : 'refused'}
      </strong>
      <p class="small">
        {said.status} {said.code !== null && <code>{said.code}</code>}
      </p>
    </div>
  )
}

const landedAt = ({ requests, known, instances }: Landed) => (
  <>
    {known} of {requests} accepted
    {instances.map((instance) => (
      <div key={instance} class="muted small">
        by <code>{instance}</code>
      </div>
    ))}
  </>
)
