import { countOf, type Distribution, EMPTY, quantile, since, together } from './histogram.js'
import type { Seen } from './history.js'
import type { Snapshot } from './snapshot.js'

export interface Findings {
  readonly name: string
  /** Whether at least one replica responded to this look. */
  readonly answering: boolean
  /** Number of requests to its replicas that failed. */
  readonly failed: number
  readonly present: readonly Seen[]
}

/** The figures of a service: within the window, since the start, and now. */
export type ServiceState = Readonly<ReturnType<typeof stateOf>>
export type ReplicaState = ServiceState['replicas'][number]

/** Combines the snapshots of a service's replicas. */
export function stateOf({ name, answering, failed, present }: Findings) {
  // A new replica has no earlier snapshot: its total would be mixed with one minute of the others.
  const windowed = present.length > 0 && present.every(({ earlier }) => earlier !== undefined)
  const parts = present.map(({ now, earlier }) => partOf(now, windowed ? earlier : undefined))
  const authentications = total(parts.map((part) => part.authentications))
  return {
    name,
    answering,
    failed,
    replicas: parts.map(({ now, requestsPerSecond }) => ({ now, requestsPerSecond })),
    /** Length of the window; undefined when the figures cover all the time since each replica started. */
    windowSeconds: windowed ? Math.max(...parts.map(({ seconds }) => seconds)) : undefined,
    requestsPerSecond: total(parts.map((part) => part.requestsPerSecond)),
    answers: sumOf(parts.map((part) => part.answers)),
    latency: quantilesOf(parts.map((part) => part.latency)),
    authenticationSeconds:
      authentications > 0 ? total(parts.map((part) => part.authenticationSeconds)) / authentications : undefined,
    signIns: sumOf(present.map(({ now }) => now.signIns)),
    renewals: sumOf(present.map(({ now }) => now.renewals)),
    tokensRefused: sumOf(present.map(({ now }) => now.tokensRefused)),
    signOutDelay: quantilesOf(present.map(({ now }) => now.signOutDelay)),
  }
}

function partOf(now: Snapshot, earlier: Snapshot | undefined) {
  const latency = earlier ? since(now.latency, earlier.latency) : now.latency
  const seconds = Math.max((now.atMs - (earlier?.atMs ?? now.startedAtMs)) / 1000, 0.001)
  return {
    now,
    seconds,
    latency,
    requestsPerSecond: countOf(latency) / seconds,
    answers: sumOf([now.answers, ...(earlier ? [negated(earlier.answers)] : [])]),
    authentications: now.authentications - (earlier?.authentications ?? 0),
    authenticationSeconds: now.authenticationSeconds - (earlier?.authenticationSeconds ?? 0),
  }
}

/** Returns quantiles of all replicas together; undefined when nothing was observed. */
function quantilesOf(distributions: readonly Distribution[]) {
  const all = distributions.reduce(together, EMPTY)
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(all, share))
  if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined
  return { count: countOf(all), p50, p95, p99 }
}

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

type Counts = Readonly<Record<string, number>>

const negated = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).map(([key, value]) => [key, -value]))

function sumOf(all: readonly Counts[]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const counts of all) {
    for (const [key, value] of Object.entries(counts)) sums.set(key, (sums.get(key) ?? 0) + value)
  }
  return Object.fromEntries(sums)
}
