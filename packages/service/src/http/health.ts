import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { apiRoute, ok } from './api-route.js'
import { ServiceError } from './errors.js'

export interface HealthOptions {
  /** Checks of this service's dependencies by name. Each rejects within two seconds when its dependency is unavailable. */
  readonly dependencies: Readonly<Record<string, () => Promise<unknown>>>
}

/** Adds `/healthz` (the process runs) and `/readyz` (its dependencies are available now). */
export const health = fastifyPlugin<HealthOptions>(
  async (app, { dependencies }) => {
    const State = Type.Record(Type.String(), Type.String())
    const alive = apiRoute('operations', 'isAlive', 'Is the process up?', {
      auth: 'none',
      anyHost: true,
      data: State,
      failed: [400],
    })
    app.get('/healthz', alive, async () => ok({ process: 'up' }))
    const ready = apiRoute('operations', 'isReady', 'Can it serve?', {
      auth: 'none',
      anyHost: true,
      data: State,
      failed: [400, 503],
    })
    app.get('/readyz', ready, async (request) => {
      const names = Object.keys(dependencies)
      const results = await Promise.allSettled(names.map(async (name) => dependencies[name]?.()))
      const missing = names.filter((_, index) => results[index]?.status === 'rejected')
      if (missing.length > 0) {
        request.log.warn({ missing }, 'not ready')
        throw new ServiceError('unavailable', `Not ready: ${missing.join(', ')} unavailable.`)
      }
      return ok(Object.fromEntries(names.map((name, index) => [name, stateOf(results[index])])))
    })
  },
  { name: '@signet/health' },
)

function stateOf(result: PromiseSettledResult<unknown> | undefined): string {
  return result?.status === 'fulfilled' && typeof result.value === 'string' ? result.value : 'reached'
}
