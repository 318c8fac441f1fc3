import type { CallContext } from '@signet/service'
import { askReplicas } from './ask.js'
import { createHistory } from './history.js'
import { type ServiceState, stateOf } from './rules.js'
import { type SignalPoint, signalsOf, withPoint } from './signal-history.js'

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

/** A younger result is shown again, and concurrent requests share one poll: many viewers cost as much as one. */
const FRESH_MS = 1_000

/** Creates a function that reads the metrics of all services, at most once per second. */
export function createServicePoll(
  services: readonly WatchedService[],
  onError: (error: unknown) => void,
): (context: CallContext, nowMs: number) => Promise<ServicesState> {
  const histories = services.map((service) => ({ service, history: createHistory(), points: [] as SignalPoint[] }))
  let last: ServicesState | undefined
  let running: Promise<ServicesState> | undefined

  async function pollNow(context: CallContext, nowMs: number): Promise<ServicesState> {
    const states = await Promise.all(
      histories.map(async (watched) => {
        const { service, history } = watched
        const { replicas, failed } = await askReplicas(service.internalUrl, context, nowMs, onError)
        history.add(replicas)
        const now = new Date(nowMs)
        const present = history.present(nowMs)
        const state = stateOf({ name: service.name, answering: replicas.length > 0, failed, present })
        watched.points = withPoint(watched.points, signalsOf(state, now), now)
        return { ...state, points: watched.points }
      }),
    )
    last = { atMs: nowMs, services: states }
    return last
  }

  return async (context, nowMs) => {
    if (last && nowMs - last.atMs < FRESH_MS) return last
    running ??= pollNow(context, nowMs).finally(() => {
      running = undefined
    })
    return running
  }
}
