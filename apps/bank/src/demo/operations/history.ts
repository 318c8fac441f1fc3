import { type Seen, type ServiceState, signalsOf, stateOf } from './rules.js'
import type { Snapshot } from './snapshot.js'

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
  /** Oldest first. */
  readonly points: readonly { readonly at: Date; readonly signals: ReturnType<typeof signalsOf> }[]
}

/** Returns a function that adds new snapshots of one service's replicas. It keeps those that the rates of the last minute need. */
export function createHistory(): (snapshots: readonly Snapshot[], nowMs: number) => WatchedState {
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

  return (snapshots, nowMs) => {
    snapshots.forEach(add)
    for (const name of [...replicas.keys()].slice(0, -MAX_REPLICAS)) replicas.delete(name)
    const present = [...replicas.values()].flatMap((seen): Seen[] => {
      const now = seen.at(-1)
      return now && nowMs - now.atMs <= PRESENT_MS ? [{ now, earlier: seen.at(-2) && seen[0] }] : []
    })
    const state = stateOf(present.sort((one, other) => one.now.replica.localeCompare(other.now.replica)))
    const kept = points.filter(({ at }) => nowMs - at.getTime() <= POINTS_MS)
    // Rates since the start would bend the lines.
    const isKnown = snapshots.length > 0 && state.windowSeconds !== undefined
    points = isKnown ? [...kept, { at: new Date(nowMs), signals: signalsOf(state) }] : kept
    return { ...state, points }
  }
}
