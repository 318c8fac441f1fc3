import { BarChart, demoAssetUrl } from '@signet/demo'
import { Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { parts, rate, span, time } from './format.js'
import type { PolledService, ServicesState } from './poll-services.js'
import { ReplicasTable } from './replicas-table.js'
import { type ServiceState, total } from './rules.js'
import { Signals } from './signals.js'

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

function ServiceSection({ service, nowMs }: { service: PolledService; nowMs: number }): VNode {
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
          <Signals service={service} points={service.points} />
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
          <ReplicasTable service={name} replicas={replicas} nowMs={nowMs} />
        </>
      )}
    </Section>
  )
}

type Figure = readonly [term: string, value: string | number, note: string]

function numbersOf(service: ServiceState): Figure[] {
  const { tokensRefused, signOutDelay, authenticationSeconds } = service
  const now = service.replicas.map((replica) => replica.now)
  const sum = (values: readonly (number | undefined)[]) => total(values.map((value) => value ?? 0))
  const oldestList = Math.max(...now.map(({ statusListAgeSeconds = 0 }) => statusListAgeSeconds))
  // Every bank replica reports the total of all replicas. Retirement has no outbox, and hashes no passwords.
  const deposits = now.find(({ depositsPending }) => depositsPending !== undefined)
  const { depositsPending = 0, depositsRefused = 0, oldestDepositSeconds = 0 } = deposits ?? {}
  const hashes = now.some(({ hashesRunning }) => hashesRunning !== undefined)
  const { accepted = 0, ...refusedSignIns } = service.signIns
  const { rotated = 0, ...otherRenewals } = service.renewals
  const since = (counts: Readonly<Record<string, number>>) => parts(counts) || 'since start'
  const waiting = `${sum(now.map((one) => one.hashesWaiting))} waiting`
  const figures: (Figure | false)[] = [
    ['Authentication time', authenticationSeconds === undefined ? 'none yet' : time(authenticationSeconds), 'mean'],
    [
      'Status list age',
      sum(now.map((one) => one.statusListsHeld)) > 0 ? time(oldestList) : 'none',
      `cached tokens: ${sum(now.map((one) => one.cachedTokens))}`,
    ],
    [
      'Sign-out propagation (p50)',
      signOutDelay ? time(signOutDelay.p50) : 'none yet',
      signOutDelay ? `p95 ${time(signOutDelay.p95)}, of ${signOutDelay.count}` : 'since start',
    ],
    ['Refused tokens', total(Object.values(tokensRefused)), since(tokensRefused)],
    hashes && ['Sign-ins', accepted, since(refusedSignIns)],
    hashes && ['Token renewals', rotated, since(otherRenewals)],
    hashes && ['Password hashes running', sum(now.map((one) => one.hashesRunning)), waiting],
    deposits !== undefined && [
      'Pending deposits',
      depositsPending,
      `${depositsRefused} refused, oldest ${span(oldestDepositSeconds)}`,
    ],
  ]
  return figures.filter((figure) => figure !== false)
}

const CLASSES = { '2': '2xx success', '3': '3xx redirect', '4': '4xx client error', '5': '5xx server error' } as const

function Charts({ service: { latency, answers, replicas } }: { service: ServiceState }): VNode {
  const times = (['p50', 'p95', 'p99'] as const).map((label) => {
    const value = latency?.[label]
    return { label, value: value ?? 0, text: value === undefined ? 'none' : time(value) }
  })
  const statuses = Object.entries(CLASSES).map(([digit, label]) => {
    const count = answers[digit] ?? 0
    return { label, value: count, text: count.toLocaleString('en') }
  })
  const rates = replicas.map(({ now, requestsPerSecond }) => ({
    label: now.replica,
    value: requestsPerSecond,
    text: rate(requestsPerSecond),
  }))
  return (
    <div class="charts">
      <BarChart title="Response time" bars={times} />
      <BarChart title="Responses by status" bars={statuses} />
      <BarChart title="Requests/s by replica" bars={rates} />
    </div>
  )
}
