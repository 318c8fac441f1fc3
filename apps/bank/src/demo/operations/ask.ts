import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders } from '@signet/service'
import { addressesOf } from '../addresses.js'
import { parseMetrics } from './parse-metrics.js'
import { readSnapshot, type Snapshot } from './snapshot.js'

/** A response takes milliseconds; a process that takes longer than this counts as unreachable. */
const TIMEOUT_MS = 2_000
const MAX_ANSWER_BYTES = 4_194_304
/** Requests per look when one address hides all replicas. Each uses a new connection, so that the balancer chooses anew. */
const TRIES = 4

export interface Asked {
  readonly replicas: readonly Snapshot[]
  /** Number of requests that got no response, or one that a Signet service does not send. */
  readonly failed: number
}

/** Reads the metrics of a service's replicas: one request per address, or several to a single address. Never rejects. */
export async function askReplicas(
  internalUrl: string,
  context: CallContext,
  nowMs: number,
  onError: (error: unknown) => void,
): Promise<Asked> {
  const addresses = await addressesOf(internalUrl)
  const [only] = addresses
  const urls = addresses.length === 1 ? Array.from({ length: TRIES }, () => only ?? internalUrl) : addresses
  const answers = await Promise.allSettled(urls.map((url) => ask(url, context, nowMs)))
  const found = new Map<string, Snapshot>()
  for (const answer of answers) {
    if (answer.status === 'rejected') {
      onError(answer.reason)
      continue
    }
    const { value } = answer
    const known = found.get(value.replica)
    // Each scrape resets the event loop lag, so the largest of several responses from one replica is kept.
    const eventLoopLagSeconds = Math.max(value.eventLoopLagSeconds ?? 0, known?.eventLoopLagSeconds ?? 0)
    found.set(value.replica, { ...value, eventLoopLagSeconds })
  }
  return { replicas: [...found.values()], failed: answers.filter(({ status }) => status === 'rejected').length }
}

async function ask(url: string, context: CallContext, nowMs: number): Promise<Snapshot> {
  const { status, text } = await fetchText(new URL('/metrics', url), {
    headers: { ...contextHeaders(context), connection: 'close' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  })
  if (status !== 200) throw new Error(`/metrics answered ${status}`)
  return readSnapshot(parseMetrics(text), nowMs)
}
