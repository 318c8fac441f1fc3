import { countOf, type Distribution, EMPTY, quantile, since, together } from './histogram.js'
import type { Seen } from './history.js'
import type { Snapshot } from './snapshot.js'

export interface ReplicaState {
  readonly now: Snapshot
  readonly requestsPerSecond: number
}

/** The figures of a service: within the window, since the start, and now. */
export interface ServiceState {
  readonly name: string
  /** Whether at least one replica responded to this look. */
  readonly answering: boolean
  /** Number of requests to its replicas that failed. */
  readonly failed: number
  readonly replicas: readonly ReplicaState[]
  /** Length of the window; undefined when the figures cover all the time since each replica started. */
  readonly windowSeconds: number | undefined
  readonly requestsPerSecond: number
  readonly answers: Readonly<Record<string, number>>
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number } | undefined
  readonly authenticationSeconds: number | undefined
  readonly signIns: Readonly<Record<string, number>>
  readonly renewals: Readonly<Record<string, number>>
  readonly tokensRefused: Readonly<Record<string, number>>
  readonly signOutDelay: { readonly count: number; readonly p50: number; readonly p95: number } | undefined
}

export interface Findings {
  readonly name: string
  readonly answering: boolean
  readonly failed: number
  readonly present: readonly Seen[]
}

/** Combines the snapshots of a service's replicas. */
export function stateOf({ name, answering, failed, present }: Findings): ServiceState {
  // A new replica has no earlier snapshot: its total would be mixed with one minute of the others.
  const windowed = present.length > 0 && present.every(({ earlier }) => earlier !== undefined)
  const parts = present.map(({ now, earlier }) => partOf(now, windowed ? earlier : undefined))
  const latency = parts.reduce((sum, part) => together(sum, part.latency), EMPTY)
  const authentications = total(parts.map((part) => part.authentications))
  const delay = present.reduce((sum, { now }) => together(sum, now.signOutDelay), EMPTY)
  return {
    name,
    answering,
    failed,
    replicas: parts.map(({ now, requestsPerSecond }) => ({ now, requestsPerSecond })),
    windowSeconds: windowed ? Math.max(...parts.map(({ seconds }) => seconds)) : undefined,
    requestsPerSecond: total(parts.map((part) => part.requestsPerSecond)),
    answers: sumOf(parts.map((part) => part.answers)),
    latency: quantilesOf(latency),
    authenticationSeconds:
      authentications > 0 ? total(parts.map((part) => part.authenticationSeconds)) / authentications : undefined,
    signIns: sumOf(present.map(({ now }) => now.signIns)),
    renewals: sumOf(present.map(({ now }) => now.renewals)),
    tokensRefused: sumOf(present.map(({ now }) => now.tokensRefused)),
    signOutDelay: delayOf(delay),
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

function quantilesOf(latency: Distribution): ServiceState['latency'] {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(latency, share))
  return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 }
}

function delayOf(delay: Distribution): ServiceState['signOutDelay'] {
  const [p50, p95] = [0.5, 0.95].map((share) => quantile(delay, share))
  return p50 === undefined || p95 === undefined ? undefined : { count: countOf(delay), p50, p95 }
}

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

const negated = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([key, value]) => [key, -value]))

function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const counts of all) {
    for (const [key, value] of Object.entries(counts)) sums.set(key, (sums.get(key) ?? 0) + value)
  }
  return Object.fromEntries(sums)
}
