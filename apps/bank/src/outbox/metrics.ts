import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { Counter, Gauge, Histogram } from 'prom-client'
import { backlog } from './store.js'

export interface OutboxMetrics {
  readonly attempts: Counter<'outcome'>
  readonly settlementSeconds: Histogram
}

/** What somebody who watches needs to know of deposits: how many are stuck, since when, and how fast the others are. */
export function outboxMetrics(app: App, db: BankDatabase): OutboxMetrics {
  const registers = [app.metrics]
  const refused = new Gauge({
    name: 'deposits_refused',
    help: 'Deposits that retirement has refused and that somebody has to look at; they are tried again',
    registers,
  })
  const oldest = new Gauge({
    name: 'deposit_oldest_pending_seconds',
    help: 'How long the deposit that waits longest has been pending; 0 when none does',
    registers,
  })
  new Gauge({
    name: 'deposits_pending',
    help: 'Deposits that retirement does not hold yet',
    registers,
    async collect() {
      // Without the database nobody knows: NaN, and not the last number.
      const unknown = { pending: Number.NaN, refused: Number.NaN, oldestSeconds: Number.NaN }
      const now = await backlog(db).catch(() => unknown)
      this.set(now.pending)
      refused.set(now.refused)
      oldest.set(now.oldestSeconds)
    },
  })
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
