import fastifyPlugin from 'fastify-plugin'
import { type Attempts, createAttempts } from './attempts.js'
import { openCounterPool, sweepCountersRegularly } from './store.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly attempts: Attempts
  }
}

export interface AttemptLimitsOptions {
  /** The bank's own database, which all replicas share and no other service can write to. */
  readonly databaseUrl: string
  /** Failed logins per minute for one username from one address; 0 = no limit. */
  readonly loginsPerMinute: number
}

export const attemptLimits = fastifyPlugin<AttemptLimitsOptions>(
  async (app, { databaseUrl, loginsPerMinute }) => {
    const pool = openCounterPool(databaseUrl)
    app.addHook('onClose', () => pool.end())
    sweepCountersRegularly(app, pool)
    app.decorate('attempts', createAttempts(pool, loginsPerMinute))
  },
  { name: '@signet/bank-limits' },
)
