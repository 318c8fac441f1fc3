import { followStatusLists, type StatusListSource, type StatusLists } from '@signet/auth/verifier'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { Counter, Histogram } from 'prom-client'
import { addGauge } from './metrics.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The status lists of revoked sessions that this process holds. */
    readonly statusLists: StatusLists
  }
}

export interface SignOutPropagationOptions {
  /** The bank's public origin. */
  readonly bankUrl: string
  readonly statusListSource: StatusListSource
  readonly revocationMaxAgeSeconds: number
}

/** Follows the status lists for as long as the service runs, and measures their age and how fast a sign-out propagates. */
export const signOutPropagation = fastifyPlugin<SignOutPropagationOptions>(
  async (app, options) => {
    app.decorate('statusLists', followedStatusLists(app, options))
  },
  { name: '@signet/sign-out-propagation', dependencies: ['@signet/metrics'] },
)

function followedStatusLists(app: FastifyInstance, options: SignOutPropagationOptions): StatusLists {
  const registers = [app.metrics]
  const delay = new Histogram({
    name: 'revocation_delay_seconds',
    help: 'Time from a revocation at the bank to its arrival at this process',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
    registers,
  })
  const failures = new Counter({
    name: 'status_list_failures_total',
    help: 'Failed fetches of a status list',
    registers,
  })
  const lists = followStatusLists({
    issuer: options.bankUrl,
    source: options.statusListSource,
    maxAgeSeconds: options.revocationMaxAgeSeconds,
    onDelay: (seconds) => delay.observe(seconds),
    onError: (error) => {
      failures.inc()
      app.log.warn({ err: error }, 'status list refresh failed')
    },
  })
  addGauge(app.metrics, 'status_list_age_seconds', 'Age of the oldest status list', lists.ageSeconds)
  addGauge(app.metrics, 'status_lists_held', 'Status lists that this process follows', lists.count)
  addGauge(app.metrics, 'status_list_memory_bytes', 'Memory of the bits of the status lists', lists.memoryBytes)
  addGauge(app.metrics, 'status_list_ended_sign_ins', 'Revoked sessions in the status lists', lists.revokedCount)
  app.addHook('onClose', async () => lists.close())
  return lists
}
