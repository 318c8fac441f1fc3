import { type Counts, countOf, quantile, type Snapshot, since, sumOf } from './snapshot.js'

/** The newest snapshot of a process, and the one that rates are computed from. */
export interface Seen {
  readonly now: Snapshot
  /** Undefined for a process with only one snapshot. */
  readonly earlier: Snapshot | undefined
}

/** The figures of a service: within the window, since the start, and now. */
export type ServiceState = Readonly<ReturnType<typeof stateOf>>
export type ReplicaState = ServiceState['replicas'][number]

/** Combines the newest snapshots of a service's replicas. */
export function stateOf(present: readonly Seen[]) {
  // A new replica has no earlier snapshot: its total would be mixed with one minute of the others.
  const windowed = present.length > 0 && present.every(({ earlier }) => earlier !== undefined)
  const replicas = present.map(({ now, earlier }) => replicaOf(now, windowed ? earlier : undefined))
  const now = present.map((seen) => seen.now)
  const authentications = sumOf(replicas.map((replica) => replica.authentications))
  return {
    replicas,
    /** Length of the window; undefined when the figures cover all the time since each replica started. */
    windowSeconds: windowed ? Math.max(...replicas.map(({ seconds }) => seconds)) : undefined,
    requestsPerSecond: total(replicas.map(({ requestsPerSecond }) => requestsPerSecond)),
    answers: sumOf(replicas.map(({ answers }) => answers)),
    latency: quantilesOf(replicas.map(({ latency }) => latency)),
    authenticationSeconds: authentications.count ? (authentications.seconds ?? 0) / authentications.count : undefined,
    signIns: sumOf(now.map(({ signIns }) => signIns)),
    renewals: sumOf(now.map(({ renewals }) => renewals)),
    tokensRefused: sumOf(now.map(({ tokensRefused }) => tokensRefused)),
    signOutDelay: quantilesOf(now.map(({ signOutDelay }) => signOutDelay)),
  }
}

function replicaOf(now: Seen['now'], earlier: Seen['earlier']) {
  const seconds = Math.max((now.atMs - (earlier?.atMs ?? now.startedAtMs)) / 1000, 0.001)
  const latency = since(now.latency, earlier?.latency ?? {})
  return {
    now,
    seconds,
    latency,
    requestsPerSecond: countOf(latency) / seconds,
    answers: since(now.answers, earlier?.answers ?? {}),
    authentications: since(now.authentications, earlier?.authentications ?? {}),
  }
}

/** Returns quantiles of all replicas together; undefined when nothing was observed. */
function quantilesOf(histograms: readonly Counts[]) {
  const all = sumOf(histograms)
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(all, share))
  if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined
  return { count: countOf(all), p50, p95, p99 }
}

export const total = (values: readonly (number | undefined)[]): number =>
  values.reduce((sum: number, value = 0) => sum + value, 0)

/** The four golden signals of a service: traffic, errors, latency and saturation. Undefined without requests. */
export const signalsOf = ({ requestsPerSecond, answers, latency, replicas }: ServiceState) => ({
  'Requests/s': requestsPerSecond,
  'Error rate (5xx)': (answers[5] ?? 0) / Math.max(total(Object.values(answers)), 1),
  'Response time (p95)': latency?.p95,
  'Event loop lag (p99)': Math.max(...replicas.map(({ now }) => now.eventLoopLagSeconds ?? 0)),
})
