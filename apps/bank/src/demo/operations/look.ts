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
  /** Where it is reached from here. */
  readonly internalUrl: string
}

/** What was found is shown again for so long, and nobody is asked twice at once: many who look cost what one does. */
const FRESH_MS = 1_000

/** Looks at the services: as often as somebody wants to know, at most once a second. */
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
