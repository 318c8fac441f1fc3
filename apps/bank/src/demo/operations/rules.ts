import { percent, rate, time } from './format.js'
import { type Counts, countOf, quantile, type Snapshot, since, sumOf } from './metrics.js'

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

/** The four golden signals of a service: traffic, errors, latency and saturation. The latency is undefined without requests. */
export const signalsOf = ({ requestsPerSecond, answers, latency, replicas }: ServiceState) => [
  { term: 'Requests/s', format: rate, value: requestsPerSecond },
  {
    term: 'Error rate (5xx)',
    format: percent,
    value: (answers[5] ?? 0) / Math.max(total(Object.values(answers)), 1),
  },
  { term: 'Response time (p95)', format: time, value: latency?.p95 },
  {
    term: 'Event loop lag (p99)',
    format: time,
    value: Math.max(...replicas.map(({ now }) => now.eventLoopLagSeconds ?? 0)),
  },
]

/** Rates cover at most this time. */
const WINDOW_MS = 60_000
/** A replica stays listed for this long after its last response: behind one address, not every look reaches each replica. */
const PRESENT_MS = 10_000
/** The lines of the page cover this time. */
const POINTS_MS = 15 * 60_000
/** Bounds memory: replicas choose their own names. */
const MAX_REPLICAS = 64

/** The state of a service now, and its signals in the past. */
export interface WatchedState extends ServiceState {
  readonly name: string
  /** Whether at least one replica responded to the last look, and the number of requests that failed. */
  readonly answering: boolean
  readonly failed: number
  /** Oldest first. */
  readonly points: readonly { readonly at: Date; readonly signals: ReturnType<typeof signalsOf> }[]
}

/** Returns a function that adds new snapshots of one service's replicas. It keeps those that the rates of the last minute need. */
export function createHistory(name: string) {
  const replicas = new Map<string, Snapshot[]>()
  let points: WatchedState['points'] = []

  function add(snapshot: Snapshot): void {
    const { replica, startedAtMs, atMs } = snapshot
    const seen = (replicas.get(replica) ?? []).filter((earlier) => earlier.startedAtMs === startedAtMs)
    // The newest snapshot older than the window stays: rates are computed from it.
    const first = seen.findLastIndex((earlier) => earlier.atMs <= atMs - WINDOW_MS)
    replicas.delete(replica)
    replicas.set(replica, [...seen.slice(Math.max(first, 0)), snapshot])
  }

  return (snapshots: readonly Snapshot[], failed: number, nowMs: number): WatchedState => {
    snapshots.forEach(add)
    for (const replica of [...replicas.keys()].slice(0, -MAX_REPLICAS)) replicas.delete(replica)
    const present = [...replicas.values()].flatMap((seen): Seen[] => {
      const now = seen.at(-1)
      return now && nowMs - now.atMs <= PRESENT_MS ? [{ now, earlier: seen.at(-2) && seen[0] }] : []
    })
    const state = stateOf(present.sort((one, other) => one.now.replica.localeCompare(other.now.replica)))
    const kept = points.filter(({ at }) => nowMs - at.getTime() <= POINTS_MS)
    // Rates since the start would bend the lines.
    const answering = snapshots.length > 0
    points =
      answering && state.windowSeconds !== undefined
        ? [...kept, { at: new Date(nowMs), signals: signalsOf(state) }]
        : kept
    return { ...state, points, name, answering, failed }
  }
}
