import type { BankDatabase } from '@signet/bank-database'
import { type App, contextFields } from '@signet/service'
import { type DeliverOptions, deliver } from './deliver.js'
import type { OutboxMetrics } from './metrics.js'
import { waitMs } from './rules.js'
import { type ClaimedDeposit, claimDue, postpone, settle } from './store.js'

export interface RelayOptions extends DeliverOptions {
  readonly db: BankDatabase
  readonly metrics: OutboxMetrics
}

export interface Relay {
  /** A deposit has just been committed: do not wait for the next look. */
  wake(): void
  /** Begins nothing more, and waits for what is under way. */
  close(): Promise<void>
}

/** Deliveries under way at once, in this process. */
const CONCURRENCY = 16
/** How often the outbox is looked at when nobody wakes the relay: for what failed, and for what a process left behind. */
const LOOK_EVERY_MS = 1_000

/**
 * Delivers what is in the outbox, for as long as the process runs. Every process of the bank has one, and they share the
 * work by the rows they take.
 *
 * While retirement does not answer, one deposit at a time is tried and the rest stay where they are.
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
      if (await settle(db, transferId)) {
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

  /** Takes what is due, as much as there is room for. */
  async function take(): Promise<void> {
    const room = (answering ? CONCURRENCY : 1) - underWay.size
    if (room <= 0) return
    const claimed = await claimDue(db, room)
    mayBeMore = claimed.length === room
    for (const deposit of claimed) {
      const delivery = deliverOne(deposit)
        // The database is down, say. What was claimed is due again when its lease runs out.
        .catch((error: unknown) => app.log.warn({ err: error }, 'a deposit could not be noted'))
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
      .catch((error: unknown) => app.log.warn({ err: error }, 'the outbox could not be read'))
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
