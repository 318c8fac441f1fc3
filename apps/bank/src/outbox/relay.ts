import type { BankDatabase } from '@signet/bank-database'
import { type App, addGauge, contextFields } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { Counter, Histogram } from 'prom-client'
import { settleDeposit } from '../ledger/store.js'
import type { BankOptions } from '../options.js'
import { onDemand } from '../regular-task.js'
import { type DeliverOptions, deliver } from './deliver.js'
import { waitMs } from './rules.js'
import { type Backlog, backlog, type ClaimedDeposit, claimDue, postpone } from './store.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Reads the outbox now. Call it after a deposit has been committed. */
    readonly wakeOutbox: () => void
  }
}

interface OutboxOptions extends DeliverOptions, Pick<BankOptions, 'db'> {}

export const outbox = fastifyPlugin(
  async (app: App, options: OutboxOptions) => {
    const relay = startRelay(app, options)
    app.decorate('wakeOutbox', relay.wake)
    app.addHook('preClose', relay.close)
  },
  { name: '@signet/bank-outbox', dependencies: ['@signet/issuing', '@signet/metrics'] },
)

const CONCURRENCY = 16
/** Polling interval, for retries and for deposits that another process left behind. */
const LOOK_EVERY_MS = 1_000

/**
 * Delivers the deposits in the outbox while the process runs. Every bank process has a relay, and they share the work by
 * claiming rows.
 *
 * While retirement does not respond, only one deposit at a time is attempted.
 */
function startRelay(app: App, options: OutboxOptions) {
  const { db } = options
  const metrics = outboxMetrics(app, db)
  const underWay = new Set<Promise<void>>()
  let closed = false
  let answering = true
  let mayBeMore = false

  async function deliverOne(deposit: ClaimedDeposit): Promise<void> {
    const { transferId, tries } = deposit
    const line = { ...contextFields(deposit), transferId, tries }
    const outcome = await deliver(app, options, deposit)
    metrics.attempts.inc({ outcome: outcome.kind })
    answering = outcome.kind !== 'unreachable'
    if (outcome.kind === 'settled') {
      if (await settleDeposit(db, transferId)) {
        metrics.settlementSeconds.observe((Date.now() - deposit.createdAt.getTime()) / 1000)
        app.log.info(line, 'deposit settled')
      }
      return
    }
    const { problem } = outcome
    const refused = outcome.kind === 'refused'
    const wait = waitMs({ tries, refused, random: Math.random() })
    await postpone(db, deposit, { problem, refused, waitMs: wait })
    app.log[refused ? 'error' : 'warn']({ ...line, problem, waitMs: wait }, 'deposit not delivered')
  }

  /** Claims as many due deposits as may be delivered concurrently. */
  async function take(): Promise<void> {
    const room = (answering ? CONCURRENCY : 1) - underWay.size
    if (closed || room <= 0) return
    const claimed = await claimDue(db, room)
    mayBeMore = claimed.length === room
    for (const deposit of claimed) {
      const delivery = deliverOne(deposit)
        // For example while the database is down. The deposit is due again when its lease expires.
        .catch((error: unknown) => app.log.warn({ err: error }, 'could not save the outcome of a deposit'))
        .finally(() => {
          underWay.delete(delivery)
          if (answering && mayBeMore) void look()
        })
      underWay.add(delivery)
    }
  }

  const look = onDemand(app, 'could not read the outbox', take)
  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()
  void look()
  return {
    wake: () => void look(),
    /** Starts no further delivery and waits for those in progress. */
    close: async () => {
      closed = true
      clearInterval(timer)
      await look()
      await Promise.all(underWay)
    },
  }
}

function outboxMetrics(app: App, db: BankDatabase) {
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
  const gauge = (name: string, of: keyof Backlog, help: string) =>
    addGauge(app.metrics, name, help, async () => (await now())[of])
  gauge('deposits_pending', 'pending', 'Deposits that retirement has not credited yet')
  gauge(
    'deposits_refused',
    'refused',
    'Pending deposits that retirement has refused and that an operator must check; they are retried',
  )
  const age = 'Age of the oldest pending deposit; 0 when none is pending'
  gauge('deposit_oldest_pending_seconds', 'oldestSeconds', age)
  const tries = 'Highest number of delivery attempts of a pending deposit; 0 when none is pending'
  gauge('deposit_pending_tries_max', 'mostTries', tries)
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
