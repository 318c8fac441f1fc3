import { BarChart } from '@signet/demo'
import { Notice, Section } from '@signet/ui'
import type { ComponentChildren, VNode } from 'preact'
import { parts, rate, span, time } from './format.js'
import type { PolledService } from './poll-services.js'
import { ReplicasTable } from './replicas-table.js'
import { type ServiceState, total } from './rules.js'
import { Signals } from './signals.js'

interface Props {
  readonly service: PolledService
  readonly nowMs: number
}

export function ServiceSection({ service, nowMs }: Props): VNode {
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
          <Numbers service={service} />
          <Charts service={service} />
          <ReplicasTable service={name} replicas={replicas} nowMs={nowMs} />
        </>
      )}
    </Section>
  )
}

function Numbers({ service }: { service: ServiceState }): VNode {
  const { signIns, renewals, tokensRefused, signOutDelay, authenticationSeconds } = service
  const now = service.replicas.map((replica) => replica.now)
  const greatest = (values: readonly (number | undefined)[]) =>
    Math.max(...values.map((value) => value ?? Number.NEGATIVE_INFINITY))
  const sum = (values: readonly (number | undefined)[]) => total(values.map((value) => value ?? 0))
  // Every bank replica reports the total of all replicas. Retirement has no outbox.
  const pending = now.find(({ depositsPending }) => depositsPending !== undefined)
  const hashes = now.some(({ hashesRunning }) => hashesRunning !== undefined)
  const { accepted = 0, ...refusedSignIns } = signIns
  const { rotated = 0, ...otherRenewals } = renewals
  return (
    <dl class="numbers">
      <Item term="Authentication time" note="mean">
        {authenticationSeconds === undefined ? 'none yet' : time(authenticationSeconds)}
      </Item>
      <Item term="Status list age" note={`cached tokens: ${sum(now.map((one) => one.cachedTokens))}`}>
        {sum(now.map((one) => one.statusListsHeld)) > 0
          ? time(greatest(now.map((one) => one.statusListAgeSeconds)))
          : 'none'}
      </Item>
      <Item
        term="Sign-out propagation (p50)"
        note={signOutDelay ? `p95 ${time(signOutDelay.p95)}, of ${signOutDelay.count}` : 'since start'}
      >
        {signOutDelay ? time(signOutDelay.p50) : 'none yet'}
      </Item>
      <Item term="Refused tokens" note={parts(tokensRefused) || 'since start'}>
        {total(Object.values(tokensRefused))}
      </Item>
      {hashes && (
        <>
          <Item term="Sign-ins" note={parts(refusedSignIns) || 'since start'}>
            {accepted}
          </Item>
          <Item term="Token renewals" note={parts(otherRenewals) || 'since start'}>
            {rotated}
          </Item>
          <Item term="Password hashes running" note={`${sum(now.map((one) => one.hashesWaiting))} waiting`}>
            {sum(now.map((one) => one.hashesRunning))}
          </Item>
        </>
      )}
      {pending && (
        <Item
          term="Pending deposits"
          note={`${pending.depositsRefused ?? 0} refused, oldest ${span(pending.oldestDepositSeconds ?? 0)}`}
        >
          {pending.depositsPending}
        </Item>
      )}
    </dl>
  )
}

function Item({ term, note, children }: { term: string; note?: string; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        {children}
        {note !== undefined && <div class="muted small">{note}</div>}
      </dd>
    </div>
  )
}

const CLASSES = { '2': '2xx success', '3': '3xx redirect', '4': '4xx client error', '5': '5xx server error' } as const

function Charts({ service: { latency, answers, replicas } }: { service: ServiceState }): VNode {
  const shares = [
    ['p50', latency?.p50],
    ['p95', latency?.p95],
    ['p99', latency?.p99],
  ] as const
  return (
    <div class="charts">
      <BarChart
        title="Response time"
        bars={shares.map(([label, value]) => ({
          label,
          value: value ?? 0,
          text: value === undefined ? 'none' : time(value),
        }))}
      />
      <BarChart
        title="Responses by status"
        bars={Object.entries(CLASSES).map(([digit, label]) => {
          const count = answers[digit] ?? 0
          return { label, value: count, text: count.toLocaleString('en') }
        })}
      />
      <BarChart
        title="Requests/s by replica"
        bars={replicas.map(({ now, requestsPerSecond }) => ({
          label: now.replica,
          value: requestsPerSecond,
          text: rate(requestsPerSecond),
        }))}
      />
    </div>
  )
}
