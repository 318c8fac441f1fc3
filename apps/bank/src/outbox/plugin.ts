import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { outboxMetrics } from './metrics.js'
import { startRelay } from './relay.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the outbox now. Call it after a deposit has been committed. */
    readonly wakeOutbox: () => void
  }
}

export interface OutboxOptions {
  readonly db: BankDatabase
  /** Retirement's public origin. */
  readonly retirementUrl: string
  /** Retirement's URL from this server. */
  readonly retirementInternalUrl: string
}

/** Delivers deposits to retirement while the service runs. */
export const outbox = fastifyPlugin(
  async (app: App, { db, retirementUrl, retirementInternalUrl }: OutboxOptions) => {
    const metrics = outboxMetrics(app, { db })
    const relay = startRelay(app, { db, metrics, retirementUrl, retirementInternalUrl })
    app.decorate('wakeOutbox', relay.wake)
    app.addHook('preClose', () => relay.close())
  },
  { name: '@signet/bank-outbox', fastify: '5.x', dependencies: ['@signet/issuing', '@signet/metrics'] },
)
