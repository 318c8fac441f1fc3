import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { Counter, Gauge, Histogram } from 'prom-client'
import { type Backlog, backlog } from './store.js'

export interface OutboxMetrics {
  readonly attempts: Counter<'outcome'>
  readonly settlementSeconds: Histogram
}

/** What somebody who watches needs to know of deposits: how many are stuck, since when, and how fast the others are. */
export function outboxMetrics(app: App, { db }: { readonly db: BankDatabase }): OutboxMetrics {
  const registers = [app.metrics]
  let asked: Promise<Backlog> | undefined
  /** One question for all gauges of a scrape. Without the database nobody knows: NaN, and not the last number. */
  function now(): Promise<Backlog> {
    asked ??= backlog(db)
      .catch(() => ({ pending: Number.NaN, refused: Number.NaN, oldestSeconds: Number.NaN, mostTries: Number.NaN }))
      .finally(() => {
        asked = undefined
      })
    return asked
  }
  const gauge = (name: string, help: string, read: (backlog: Backlog) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(read(await now()))
      },
    })
  gauge('deposits_pending', 'Deposits that retirement does not hold yet', ({ pending }) => pending)
  gauge(
    'deposits_refused',
    'Deposits that retirement has refused and that somebody has to look at; they are tried again',
    ({ refused }) => refused,
  )
  gauge(
    'deposit_oldest_pending_seconds',
    'How long the deposit that waits longest has been pending; 0 when none does',
    ({ oldestSeconds }) => oldestSeconds,
  )
  gauge(
    'deposit_pending_tries_max',
    'How often the pending deposit that was tried most has been tried; 0 when none is pending',
    ({ mostTries }) => mostTries,
  )
  return {
    attempts: new Counter({
      name: 'deposit_attempts_total',
      help: 'Deliveries of deposits by how they ended: settled, unreachable, refused',
      labelNames: ['outcome'],
      registers,
    }),
    settlementSeconds: new Histogram({
      name: 'deposit_settlement_seconds',
      help: 'Time from the debit at the bank to retirement holding the deposit',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
      registers,
    }),
  }
}
