import type { Snapshot } from './snapshot.js'

/** Rates are of this time, or of what has been looked at of it. */
const WINDOW_MS = 60_000
/** A replica that another look found not long ago is still there: which ones a look lands on is chance. */
const PRESENT_MS = 10_000
/** However many replicas come and go, and whoever names them. */
const MAX_REPLICAS = 64

/** A process as it is now, and as it was a while ago. */
export interface Seen {
  readonly now: Snapshot
  /** Undefined when it is seen for the first time. */
  readonly earlier: Snapshot | undefined
}

export interface History {
  add(snapshots: readonly Snapshot[]): void
  /** The replicas that are there, by name. */
  present(nowMs: number): Seen[]
}

/** What has been seen of the replicas of one service: as much as the rates of a minute need. */
export function createHistory(): History {
  const replicas = new Map<string, Snapshot[]>()

  return {
    add: (snapshots) => {
      for (const snapshot of snapshots) {
        const seen = (replicas.get(snapshot.replica) ?? []).filter(
          ({ startedAtMs }) => startedAtMs === snapshot.startedAtMs,
        )
        // The newest that is older than the window stays: the window is reckoned from it.
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
