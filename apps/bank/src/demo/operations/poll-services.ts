import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders } from '@signet/service'
import { addressesOf } from '../addresses.js'
import { createHistory } from './history.js'
import { parseMetrics } from './parse-metrics.js'
import { type ServiceState, stateOf } from './rules.js'
import { type SignalPoint, signalsOf, withPoint } from './signal-history.js'
import { readSnapshot, type Snapshot } from './snapshot.js'

export interface PolledService extends ServiceState {
  /** The signals of earlier polls, oldest first. */
  readonly points: readonly SignalPoint[]
}

export interface ServicesState {
  readonly atMs: number
  readonly services: readonly PolledService[]
}

export interface WatchedService {
  readonly name: string
  /** Its URL from this server. */
  readonly internalUrl: string
}

/** The request that a poll is for. */
interface Look {
  readonly context: CallContext
  readonly nowMs: number
}

/** A younger result is shown again, and concurrent requests share one poll: many viewers cost as much as one. */
const FRESH_MS = 1_000
/** A response takes milliseconds; a process that takes longer than this counts as unreachable. */
const TIMEOUT_MS = 2_000
const MAX_ANSWER_BYTES = 4_194_304
/** Requests per look when one address hides all replicas. Each uses a new connection, so that the balancer chooses anew. */
const TRIES = 4

/** Creates a function that reads the metrics of all services, at most once per second. */
export function createServicePoll(
  services: readonly WatchedService[],
  onError: (error: unknown) => void,
): (look: Look) => Promise<ServicesState> {
  const histories = services.map((service) => ({ service, history: createHistory(), points: [] as SignalPoint[] }))
  let last: ServicesState | undefined
  let running: Promise<ServicesState> | undefined

  async function pollNow(look: Look): Promise<ServicesState> {
    const now = new Date(look.nowMs)
    const states = await Promise.all(
      histories.map(async (watched) => {
        const { service, history } = watched
        const { replicas, failed } = await askReplicas(service.internalUrl, look, onError)
        history.add(replicas)
        const present = history.present(look.nowMs)
        const state = stateOf({ name: service.name, answering: replicas.length > 0, failed, present })
        watched.points = withPoint(watched.points, signalsOf(state, now), now)
        return { ...state, points: watched.points }
      }),
    )
    last = { atMs: look.nowMs, services: states }
    return last
  }

  return async (look) => {
    if (last && look.nowMs - last.atMs < FRESH_MS) return last
    running ??= pollNow(look).finally(() => {
      running = undefined
    })
    return running
  }
}

/**
 * Reads the metrics of a service's replicas: one request per address, or several to a single address. Never rejects: it returns
 * the number of requests that got no response, or one that a Signet service does not send.
 */
async function askReplicas(internalUrl: string, look: Look, onError: (error: unknown) => void) {
  const addresses = await addressesOf(internalUrl)
  const [only = internalUrl] = addresses
  const urls = addresses.length === 1 ? Array.from({ length: TRIES }, () => only) : addresses
  const found = new Map<string, Snapshot>()
  let failed = 0
  for (const answer of await Promise.allSettled(urls.map((url) => askOne(url, look)))) {
    if (answer.status === 'rejected') {
      failed += 1
      onError(answer.reason)
      continue
    }
    const { value } = answer
    const known = found.get(value.replica)
    // Each scrape resets the event loop lag, so the largest of several responses from one replica is kept.
    const eventLoopLagSeconds = Math.max(value.eventLoopLagSeconds ?? 0, known?.eventLoopLagSeconds ?? 0)
    found.set(value.replica, { ...value, eventLoopLagSeconds })
  }
  return { replicas: [...found.values()], failed }
}

async function askOne(url: string, { context, nowMs }: Look): Promise<Snapshot> {
  const { status, text } = await fetchText(new URL('/metrics', url), {
    headers: { ...contextHeaders(context), connection: 'close' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  })
  if (status !== 200) throw new Error(`/metrics answered ${status}`)
  return readSnapshot(parseMetrics(text), nowMs)
}
