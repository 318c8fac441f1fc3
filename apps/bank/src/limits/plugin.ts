import type { SharedStore } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { type Attempts, createAttempts } from './attempts.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly attempts: Attempts
  }
}

export interface AttemptLimitsOptions {
  /** Counts for all replicas. */
  readonly store: SharedStore
  /** Failed logins per minute for one username from one address; 0 = no limit. */
  readonly loginsPerMinute: number
}

/** Limits how often passwords and registrations may be attempted. */
export const attemptLimits = fastifyPlugin<AttemptLimitsOptions>(
  async (app, { store, loginsPerMinute }) => {
    app.decorate('attempts', await createAttempts(store, loginsPerMinute))
  },
  { name: '@signet/bank-limits', fastify: '5.x' },
)
