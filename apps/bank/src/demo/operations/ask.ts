import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders } from '@signet/service'
import { addressesOf } from '../addresses.js'
import { parseMetrics } from './parse-metrics.js'
import { readSnapshot, type Snapshot } from './snapshot.js'

/** Metrics take milliseconds; a process that takes longer than this is shown as one that does not answer. */
const TIMEOUT_MS = 2_000
const MAX_ANSWER_BYTES = 4_194_304
/** Replicas behind one address are found by chance, by asking as often, each time on a connection of its own. */
const TRIES = 4

export interface Asked {
  readonly replicas: readonly Snapshot[]
  /** How many of those that were asked did not answer, or not as one of our services. */
  readonly failed: number
}

/** Reads the metrics of the replicas of a service: of each of its addresses where its name has several. */
export async function askReplicas(
  internalUrl: string,
  context: CallContext,
  onError: (error: unknown) => void,
): Promise<Asked> {
  const addresses = await addressesOf(internalUrl)
  const [only] = addresses
  const urls = addresses.length === 1 ? Array.from({ length: TRIES }, () => only ?? internalUrl) : addresses
  const answers = await Promise.allSettled(urls.map((url) => ask(url, context)))
  const found = new Map<string, Snapshot>()
  for (const answer of answers) {
    if (answer.status === 'rejected') {
      onError(answer.reason)
      continue
    }
    const { value } = answer
    const known = found.get(value.replica)
    // Who asks for the lag of the event loop begins a new measurement of it: of several answers, the longest counts.
    const eventLoopLagSeconds = Math.max(value.eventLoopLagSeconds ?? 0, known?.eventLoopLagSeconds ?? 0)
    found.set(value.replica, { ...value, eventLoopLagSeconds })
  }
  return { replicas: [...found.values()], failed: answers.filter(({ status }) => status === 'rejected').length }
}

async function ask(url: string, context: CallContext): Promise<Snapshot> {
  const { status, text } = await fetchText(new URL('/metrics', url), {
    headers: { ...contextHeaders(context), connection: 'close' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  })
  if (status !== 200) throw new Error(`/metrics answered ${status}`)
  return readSnapshot(parseMetrics(text), Date.now())
}
