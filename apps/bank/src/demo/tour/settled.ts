import { setTimeout as delay } from 'node:timers/promises'
import type { TraceEvent, Traces } from '@signet/demo'
import { signedOutEverywhere } from './evidence.js'

/** The recorded events of a tour; `unknown` while the store cannot be read. */
export type Trace = readonly TraceEvent[] | 'unknown'

const AGAIN_MS = 100
/** The promised sign-out propagation of 2 s, and one second more. */
const PATIENCE_MS = 3_000

/**
 * Reads the trace of a tour. Right after a sign-out it waits for the running measurement, because the page has no
 * script that could reload it.
 */
export async function settledTrace(traces: Traces, id: string, nowMs: number): Promise<TraceEvent[]> {
  for (let atMs = nowMs; ; atMs += AGAIN_MS) {
    const events = (await traces.read(id)) ?? []
    if (!isMeasuring(events, atMs)) return events
    await delay(AGAIN_MS)
  }
}

function isMeasuring(events: readonly TraceEvent[], nowMs: number): boolean {
  const signOut = events.findLast(({ path, cleared }) => path === '/sign-out' && cleared.includes('token'))
  return signOut !== undefined && nowMs - signOut.at < PATIENCE_MS && !signedOutEverywhere(events)
}
