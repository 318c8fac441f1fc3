import { BarChart } from '@signet/demo'
import { Notice, Section } from '@signet/ui'
import type { ComponentChildren, VNode } from 'preact'
import { ReplicasTable } from './replicas-table.js'
import { type ServiceState, total } from './rules.js'
import { parts, percent, rate, span, time } from './words.js'

interface Props {
  readonly service: ServiceState
  readonly nowMs: number
}

export function ServiceSection({ service, nowMs }: Props): VNode {
  const { name, answering, failed, replicas, windowSeconds } = service
  const known = `${replicas.length} ${replicas.length === 1 ? 'replica' : 'replicas'}`
  const window = windowSeconds === undefined ? 'since the start' : `of the last ${span(windowSeconds)}`
  return (
    <Section
      title={name}
      id={name.toLowerCase().replaceAll(' ', '-')}
      action={replicas.length > 0 && <span class="muted small">{`${known}, rates ${window}`}</span>}
    >
      {!answering && (
        <Notice kind="warning" title={`${name} does not answer`}>
          {replicas.length > 0
            ? 'What it said a few seconds ago stands below.'
            : 'None of its replicas can be reached.'}
        </Notice>
      )}
      {answering && failed > 0 && (
        <Notice kind="warning">{`${failed} of the connections to it got no answer: a replica is ending, or has gone.`}</Notice>
      )}
      {replicas.length > 0 && (
        <>
          <Numbers service={service} />
          <Charts service={service} />
          <ReplicasTable service={name} replicas={replicas} nowMs={nowMs} />
        </>
      )}
    </Section>
  )
}

function Numbers({ service }: { service: ServiceState }): VNode {
  const { answers, signIns, renewals, tokensRefused, signOutDelay, authenticationSeconds } = service
  const now = service.replicas.map((replica) => replica.now)
  const answered = total(Object.values(answers))
  const greatest = (values: readonly (number | undefined)[]) =>
    Math.max(...values.map((value) => value ?? Number.NEGATIVE_INFINITY))
  const sum = (values: readonly (number | undefined)[]) => total(values.map((value) => value ?? 0))
  // Of the whole bank, whichever replica is asked; undefined where a service has no such thing.
  const pending = now.find(({ depositsPending }) => depositsPending !== undefined)
  const hashes = now.some(({ hashesRunning }) => hashesRunning !== undefined)
  const { accepted = 0, ...refusedSignIns } = signIns
  const { rotated = 0, ...otherRenewals } = renewals
  return (
    <dl class="numbers">
      <Item term="Requests a second">{rate(service.requestsPerSecond)}</Item>
      <Item term="Failed (5xx)" note={answered > 0 ? `of ${answered.toLocaleString('en')}` : 'of none'}>
        {percent(answered > 0 ? (answers[5] ?? 0) / answered : 0)}
      </Item>
      <Item term="To recognise a person" note="mean">
        {authenticationSeconds === undefined ? 'nobody came' : time(authenticationSeconds)}
      </Item>
      <Item term="Age of the status list" note={`tokens cached: ${sum(now.map((one) => one.cachedTokens))}`}>
        {sum(now.map((one) => one.statusListsHeld)) > 0
          ? time(greatest(now.map((one) => one.statusListAgeSeconds)))
          : 'none held'}
      </Item>
      <Item
        term="A sign-out arrives in"
        note={signOutDelay ? `half of ${signOutDelay.count}; 95 % in ${time(signOutDelay.p95)}` : 'since the start'}
      >
        {signOutDelay ? time(signOutDelay.p50) : 'none yet'}
      </Item>
      <Item term="Tokens refused" note={parts(tokensRefused) || 'since the start'}>
        {total(Object.values(tokensRefused))}
      </Item>
      {hashes && (
        <>
          <Item term="Sign-ins" note={parts(refusedSignIns) || 'since the start'}>
            {accepted}
          </Item>
          <Item term="Renewals" note={parts(otherRenewals) || 'since the start'}>
            {rotated}
          </Item>
          <Item term="Passwords being checked" note={`${sum(now.map((one) => one.hashesWaiting))} waiting`}>
            {sum(now.map((one) => one.hashesRunning))}
          </Item>
        </>
      )}
      {pending && (
        <Item
          term="Deposits pending"
          note={`${pending.depositsRefused ?? 0} refused, the oldest for ${span(pending.oldestDepositSeconds ?? 0)}`}
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

const CLASSES = { '2': 'Done (2xx)', '3': 'Led on (3xx)', '4': 'Refused (4xx)', '5': 'Failed (5xx)' } as const

function Charts({ service: { latency, answers, replicas } }: { service: ServiceState }): VNode {
  const shares = [
    ['Half within', latency?.p50],
    ['95 of 100 within', latency?.p95],
    ['99 of 100 within', latency?.p99],
  ] as const
  return (
    <div class="charts">
      <BarChart
        title="Time of an answer"
        bars={shares.map(([label, value]) => ({
          label,
          value: value ?? 0,
          text: value === undefined ? 'none' : time(value),
        }))}
      />
      <BarChart
        title="Answers"
        bars={Object.entries(CLASSES).map(([digit, label]) => {
          const count = answers[digit] ?? 0
          return { label, value: count, text: count.toLocaleString('en') }
        })}
      />
      <BarChart
        title="Requests a second, by replica"
        bars={replicas.map(({ now, requestsPerSecond }) => ({
          label: now.replica,
          value: requestsPerSecond,
          text: rate(requestsPerSecond),
        }))}
      />
    </div>
  )
}
