import type { CallContext } from '@signet/service'
import { askReplicas } from './ask.js'
import { createHistory } from './history.js'
import { type ServiceState, stateOf } from './rules.js'

export interface Look {
  readonly atMs: number
  readonly services: readonly ServiceState[]
}

export interface WatchedService {
  readonly name: string
  /** Its URL from this server. */
  readonly internalUrl: string
}

/** A younger result is shown again, and requests share one look: many viewers cost as much as one. */
const FRESH_MS = 1_000

/** Creates a function that reads the metrics of all services, at most once per second. */
export function createLook(
  services: readonly WatchedService[],
  onError: (error: unknown) => void,
): (context: CallContext) => Promise<Look> {
  const histories = services.map((service) => ({ service, history: createHistory() }))
  let last: Look | undefined
  let running: Promise<Look> | undefined

  async function lookNow(context: CallContext): Promise<Look> {
    const states = await Promise.all(
      histories.map(async ({ service, history }) => {
        const { replicas, failed } = await askReplicas(service.internalUrl, context, onError)
        history.add(replicas)
        const present = history.present(Date.now())
        return stateOf({ name: service.name, answering: replicas.length > 0, failed, present })
      }),
    )
    last = { atMs: Date.now(), services: states }
    return last
  }

  return async (context) => {
    if (last && Date.now() - last.atMs < FRESH_MS) return last
    running ??= lookNow(context).finally(() => {
      running = undefined
    })
    return running
  }
}
