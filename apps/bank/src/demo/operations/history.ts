import type { Snapshot } from './snapshot.js'

/** Rates cover at most this time. */
const WINDOW_MS = 60_000
/** A replica stays listed for this long after its last response: behind one address, not every look reaches each replica. */
const PRESENT_MS = 10_000
/** Bounds memory: replicas choose their own names. */
const MAX_REPLICAS = 64

/** The newest snapshot of a process, and the one that rates are computed from. */
export interface Seen {
  readonly now: Snapshot
  /** Undefined for a process with only one snapshot. */
  readonly earlier: Snapshot | undefined
}

export interface History {
  add(snapshots: readonly Snapshot[]): void
  /** Returns the replicas that responded recently, sorted by name. */
  present(nowMs: number): Seen[]
}

/** Keeps the snapshots of one service's replicas that the rates of the last minute need. */
export function createHistory(): History {
  const replicas = new Map<string, Snapshot[]>()

  return {
    add: (snapshots) => {
      for (const snapshot of snapshots) {
        const seen = (replicas.get(snapshot.replica) ?? []).filter(
          ({ startedAtMs }) => startedAtMs === snapshot.startedAtMs,
        )
        // The newest snapshot older than the window stays: rates are computed from it.
        const first = seen.findLastIndex(({ atMs }) => atMs <= snapshot.atMs - WINDOW_MS)
        replicas.delete(snapshot.replica)
        replicas.set(snapshot.replica, [...seen.slice(Math.max(first, 0)), snapshot])
      }
      for (const name of [...replicas.keys()].slice(0, Math.max(0, replicas.size - MAX_REPLICAS))) replicas.delete(name)
    },
    present: (nowMs) =>
      [...replicas.values()]
        .flatMap((seen) => {
          const [now, earlier] = [seen.at(-1), seen.length > 1 ? seen[0] : undefined]
          return now && nowMs - now.atMs <= PRESENT_MS ? [{ now, earlier }] : []
        })
        .toSorted((one, other) => one.now.replica.localeCompare(other.now.replica)),
  }
}
