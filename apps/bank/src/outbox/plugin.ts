import type { BankDatabase } from '@signet/bank-database'
import { type App, addGauge } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { Counter, Histogram } from 'prom-client'
import { type OutboxMetrics, startRelay } from './relay.js'
import { type Backlog, backlog } from './store.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the outbox now. Call it after a deposit has been committed. */
    readonly wakeOutbox: () => void
  }
}

interface OutboxOptions {
  readonly db: BankDatabase
  /** Retirement's public origin. */
  readonly retirementUrl: string
  /** Retirement's URL from this server. */
  readonly retirementInternalUrl: string
}

export const outbox = fastifyPlugin(
  async (app: App, { db, retirementUrl, retirementInternalUrl }: OutboxOptions) => {
    const metrics = outboxMetrics(app, { db })
    const relay = startRelay(app, { db, metrics, retirementUrl, retirementInternalUrl })
    app.decorate('wakeOutbox', relay.wake)
    app.addHook('preClose', () => relay.close())
  },
  { name: '@signet/bank-outbox', fastify: '5.x', dependencies: ['@signet/issuing', '@signet/metrics'] },
)

function outboxMetrics(app: App, { db }: { readonly db: BankDatabase }): OutboxMetrics {
  const registers = [app.metrics]
  let asked: Promise<Backlog> | undefined
  /** Runs one query for all gauges of a scrape. NaN without the database, because the last value may be wrong. */
  function now(): Promise<Backlog> {
    asked ??= backlog(db)
      .catch(() => ({ pending: Number.NaN, refused: Number.NaN, oldestSeconds: Number.NaN, mostTries: Number.NaN }))
      .finally(() => {
        asked = undefined
      })
    return asked
  }
  const gauge = (name: string, help: string, read: (backlog: Backlog) => number) =>
    addGauge(app.metrics, name, help, async () => read(await now()))
  gauge('deposits_pending', 'Deposits that retirement has not credited yet', ({ pending }) => pending)
  gauge(
    'deposits_refused',
    'Pending deposits that retirement has refused and that an operator must check; they are retried',
    ({ refused }) => refused,
  )
  gauge(
    'deposit_oldest_pending_seconds',
    'Age of the oldest pending deposit; 0 when none is pending',
    ({ oldestSeconds }) => oldestSeconds,
  )
  gauge(
    'deposit_pending_tries_max',
    'Highest number of delivery attempts of a pending deposit; 0 when none is pending',
    ({ mostTries }) => mostTries,
  )
  return {
    attempts: new Counter({
      name: 'deposit_attempts_total',
      help: 'Delivery attempts of deposits by outcome: settled, unreachable, refused',
      labelNames: ['outcome'],
      registers,
    }),
    settlementSeconds: new Histogram({
      name: 'deposit_settlement_seconds',
      help: 'Time from the debit at the bank to the credit at retirement',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
      registers,
    }),
  }
}
