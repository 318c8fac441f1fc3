import { setTimeout as delay } from 'node:timers/promises'
import type { TraceEvent, Traces } from '@signet/demo'
import { signedOutEverywhere } from './evidence.js'

/** What a person sees of their own tour; `unknown` when the store cannot tell. */
export type Trace = readonly TraceEvent[] | 'unknown'

const AGAIN_MS = 100
/** As long as a sign-out takes to arrive everywhere, and something on top. */
const PATIENCE_MS = 3_000

/**
 * The trace of a tour. Right after a sign-out it waits for the measurement that is still under way: the page that shows
 * it has no script that could look again.
 */
export async function settledTrace(traces: Traces, id: string): Promise<TraceEvent[]> {
  for (;;) {
    const events = (await traces.read(id)) ?? []
    if (!isMeasuring(events, Date.now())) return events
    await delay(AGAIN_MS)
  }
}

function isMeasuring(events: readonly TraceEvent[], nowMs: number): boolean {
  const signOut = events.findLast(({ path, cleared }) => path === '/sign-out' && cleared.includes('token'))
  return signOut !== undefined && nowMs - signOut.at < PATIENCE_MS && !signedOutEverywhere(events)
}
