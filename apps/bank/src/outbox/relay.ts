import type { BankDatabase } from '@signet/bank-database'
import { type App, contextFields } from '@signet/service'
import type { Counter, Histogram } from 'prom-client'
import { settleDeposit } from '../ledger/store.js'
import { type DeliverOptions, deliver } from './deliver.js'
import { waitMs } from './rules.js'
import { type ClaimedDeposit, claimDue, postpone } from './store.js'

export interface OutboxMetrics {
  readonly attempts: Counter<'outcome'>
  readonly settlementSeconds: Histogram
}

export interface RelayOptions extends DeliverOptions {
  readonly db: BankDatabase
  readonly metrics: OutboxMetrics
}

export interface Relay {
  /** Reads the outbox now. Call it after a deposit has been committed. */
  wake(): void
  /** Starts no further delivery and waits for those in progress. */
  close(): Promise<void>
}

const CONCURRENCY = 16
/** Polling interval, for retries and for deposits that another process left behind. */
const LOOK_EVERY_MS = 1_000

/**
 * Delivers the deposits in the outbox while the process runs. Every bank process has a relay, and they share the work by
 * claiming rows.
 *
 * While retirement does not respond, only one deposit at a time is attempted.
 */
export function startRelay(app: App, options: RelayOptions): Relay {
  const { db, metrics } = options
  const underWay = new Set<Promise<void>>()
  let closed = false
  let answering = true
  let taking: Promise<void> | undefined
  let wokenWhileTaking = false
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
    if (room <= 0) return
    const claimed = await claimDue(db, room)
    mayBeMore = claimed.length === room
    for (const deposit of claimed) {
      const delivery = deliverOne(deposit)
        // For example while the database is down. The deposit is due again when its lease expires.
        .catch((error: unknown) => app.log.warn({ err: error }, 'could not save the outcome of a deposit'))
        .finally(() => {
          underWay.delete(delivery)
          if (answering && mayBeMore) look()
        })
      underWay.add(delivery)
    }
  }

  function look(): void {
    if (closed) return
    if (taking) {
      wokenWhileTaking = true
      return
    }
    wokenWhileTaking = false
    taking = take()
      .catch((error: unknown) => app.log.warn({ err: error }, 'could not read the outbox'))
      .finally(() => {
        taking = undefined
        if (wokenWhileTaking) look()
      })
  }

  const timer = setInterval(look, LOOK_EVERY_MS)
  timer.unref()
  look()
  return {
    wake: look,
    close: async () => {
      closed = true
      clearInterval(timer)
      await taking
      await Promise.all(underWay)
    },
  }
}
