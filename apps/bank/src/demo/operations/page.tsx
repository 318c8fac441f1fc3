import { BarChart, demoAssetUrl } from '@signet/demo'
import { type Column, DataTable, Notice, Page, type PageFrame, Section, SmallLine } from '@signet/ui'
import type { VNode } from 'preact'
import { parts, rate, span, time } from './format.js'
import type { Counts, Snapshot } from './metrics.js'
import { type ReplicaState, signalsOf, total, type WatchedState } from './rules.js'

export interface ServicesState {
  readonly atMs: number
  readonly services: readonly WatchedState[]
}

/** Shows the health of both services in a few numbers. */
export function OperationsPage({ frame, atMs, services }: ServicesState & { readonly frame: PageFrame }): VNode {
  const at = new Date(atMs).toISOString()
  return (
    <Page
      {...frame}
      styles={[demoAssetUrl('bars.css'), demoAssetUrl('operations.css')]}
      scripts={[demoAssetUrl('operations.js')]}
      title="Operations"
      lead="The state of every replica of both services, read from its /metrics. The figures contain no personal data."
    >
      <div class="operations-bar">
        <form class="refresh" hidden>
          <label>
            <input type="checkbox" checked /> Refresh every 3 seconds
          </label>
        </form>
        <a href="/operations">Refresh</a>
      </div>
      <div id="operations">
        <p class="muted small">
          Updated at <time dateTime={at}>{`${at.slice(11, 19)} UTC`}</time>. The figures exclude health checks, metrics,
          status lists, static files and this page. Lines show the last 15 minutes, as far as this page was open.
        </p>
        {services.map((service) => (
          <ServiceSection key={service.name} service={service} nowMs={atMs} />
        ))}
      </div>
    </Page>
  )
}

function ServiceSection({ service, nowMs }: { service: WatchedState; nowMs: number }): VNode {
  const { name, answering, failed, replicas, windowSeconds } = service
  const known = `${replicas.length} ${replicas.length === 1 ? 'replica' : 'replicas'}`
  const window = windowSeconds === undefined ? 'since start' : `over the last ${span(windowSeconds)}`
  return (
    <Section
      title={name}
      id={name.toLowerCase().replaceAll(' ', '-')}
      action={replicas.length > 0 && <span class="muted small">{`${known}, rates ${window}`}</span>}
    >
      {!answering && (
        <Notice kind="warning" title={`${name} does not respond`}>
          {replicas.length > 0
            ? 'The figures below are a few seconds old.'
            : 'No replica can be reached. Check that the service is running.'}
        </Notice>
      )}
      {answering && failed > 0 && (
        <Notice kind="warning">{`${failed} of the requests failed. A replica is stopping or has stopped.`}</Notice>
      )}
      {replicas.length > 0 && (
        <>
          <Signals service={service} />
          <dl class="numbers">
            {numbersOf(service).map(([term, value, note]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>
                  {value}
                  <div class="muted small">{note}</div>
                </dd>
              </div>
            ))}
          </dl>
          <Charts service={service} />
          <DataTable<ReplicaState> caption={`Replicas of ${name}`} rows={replicas} columns={columnsAt(nowMs)} />
        </>
      )}
    </Section>
  )
}

/** Shows traffic, errors, latency and saturation of a service, each with a line over time. */
const Signals = ({ service }: { service: WatchedState }): VNode => (
  <dl class="signals">
    {signalsOf(service).map(({ term, value: current, format }, index) => {
      const points = service.points.flatMap(({ at, signals }) => {
        const value = signals[index]?.value
        return value === undefined ? [] : { at, value }
      })
      const values = points.map(({ value }) => value)
      const times = points.map(({ at }) => at.getTime())
      const period = span((Math.max(...times) - Math.min(...times)) / 1000)
      const range = `between ${format(Math.min(...values))} and ${format(Math.max(...values))}`
      return (
        <div key={term} class="card">
          <dt>{term}</dt>
          <dd>
            {current === undefined ? 'none yet' : format(current)}
            <SmallLine label={`${term} over the last ${period}, ${range}`} points={points} from={0} />
          </dd>
        </div>
      )
    })}
  </dl>
)

type Figure = readonly [term: string, value: string | number, note: string]

function numbersOf({ replicas, tokensRefused, signOutDelay: delay, ...service }: WatchedState): Figure[] {
  const { authenticationSeconds, signIns, renewals } = service
  const now = replicas.map((replica) => replica.now)
  const sum = (name: 'cachedTokens' | 'hashesRunning' | 'hashesWaiting') => total(now.map((one) => one[name]))
  const since = (counts: Counts) => parts(counts) || 'since start'
  const listSeconds = now.flatMap((one) => (one.statusListsHeld ? (one.statusListAgeSeconds ?? 0) : []))
  const listAge = listSeconds.length > 0 ? time(Math.max(...listSeconds)) : 'none'
  const slowest = delay ? `p95 ${time(delay.p95)}, of ${delay.count}` : 'since start'
  // Every bank replica reports the total of all replicas. Retirement has no outbox, and hashes no passwords.
  const deposits = now.find(({ depositsPending }) => depositsPending !== undefined)
  const hashes = now.some(({ hashesRunning }) => hashesRunning !== undefined)
  const figures: (Figure | false | undefined)[] = [
    ['Authentication time', authenticationSeconds === undefined ? 'none yet' : time(authenticationSeconds), 'mean'],
    ['Status list age', listAge, `cached tokens: ${sum('cachedTokens')}`],
    ['Sign-out propagation (p50)', delay ? time(delay.p50) : 'none yet', slowest],
    ['Refused tokens', total(Object.values(tokensRefused)), since(tokensRefused)],
    hashes && ['Sign-ins', signIns.accepted ?? 0, since({ ...signIns, accepted: 0 })],
    hashes && ['Token renewals', renewals.rotated ?? 0, since({ ...renewals, rotated: 0 })],
    hashes && ['Password hashes running', sum('hashesRunning'), `${sum('hashesWaiting')} waiting`],
    deposits && [
      'Pending deposits',
      deposits.depositsPending ?? 0,
      `${deposits.depositsRefused ?? 0} refused, oldest ${span(deposits.oldestDepositSeconds ?? 0)}`,
    ],
  ]
  return figures.filter((figure) => figure !== undefined && figure !== false)
}

const CLASSES = { '2': '2xx success', '3': '3xx redirect', '4': '4xx client error', '5': '5xx server error' } as const

function Charts({ service: { latency, answers, replicas } }: { service: WatchedState }): VNode {
  const times = (['p50', 'p95', 'p99'] as const).map((label) => ({
    label,
    value: latency?.[label] ?? 0,
    text: latency ? time(latency[label]) : 'none',
  }))
  const statuses = Object.entries(CLASSES).map(([digit, label]) => {
    const value = answers[digit] ?? 0
    return { label, value, text: value.toLocaleString('en') }
  })
  const rates = replicas.map(({ now, requestsPerSecond: value }) => ({ label: now.replica, value, text: rate(value) }))
  return (
    <div class="charts">
      <BarChart title="Response time" bars={times} />
      <BarChart title="Responses by status" bars={statuses} />
      <BarChart title="Requests/s by replica" bars={rates} />
    </div>
  )
}

/** Reading the metrics takes a moment itself. */
const JUST_NOW_SECONDS = 2

function columnsAt(nowMs: number): Column<ReplicaState>[] {
  const noteOf = (header: string, text: (now: Snapshot) => string): Column<ReplicaState> => ({
    header,
    phone: 'note',
    cell: ({ now }) => <span>{text(now)}</span>,
  })
  return [
    { header: 'Replica', rowHeader: true, phone: 'lead', cell: ({ now }) => <code>{now.replica}</code> },
    noteOf('Last response', ({ atMs }) =>
      nowMs - atMs < JUST_NOW_SECONDS * 1000 ? 'just now' : `${span((nowMs - atMs) / 1000)} ago`,
    ),
    noteOf('Uptime', ({ atMs, startedAtMs }) => span((atMs - startedAtMs) / 1000)),
    noteOf('Memory', ({ memoryBytes: bytes }) =>
      bytes === undefined ? 'unknown' : `${Math.round(bytes / 1_048_576)} MB`,
    ),
    noteOf('Event loop lag (p99)', ({ eventLoopLagSeconds: lag }) => (lag === undefined ? 'unknown' : time(lag))),
    noteOf('Status list', ({ statusListsHeld, statusListAgeSeconds = 0 }) =>
      statusListsHeld ? `${time(statusListAgeSeconds)} old` : 'none',
    ),
    noteOf('Version', ({ version, commit }) => (commit === 'unknown' ? version : `${version} (${commit.slice(0, 7)})`)),
  ]
}
