import { randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import { type CallContext, ServiceError } from '@signet/service'
import fastq from 'fastq'
import { type Movement, postingsOf } from './rules.js'

interface Booking extends Movement {
  readonly userId: string
  readonly currency: string
  readonly key: string
  readonly orderHash: string
  /** Runs through both services' logs when the deposit is delivered. */
  readonly context: CallContext
}

interface Booked {
  readonly id: string
  readonly createdAt: Date
}

/** Moves money; null when the key is taken. @throws {ServiceError} `insufficient_funds`; `unavailable` when too many wait. */
export type Book = (booking: Booking) => Promise<Booked | null>

/** Transfers of one process under way at once: some of its connections are always left for everything else. */
const CONCURRENCY = 6
/** Transfers that may wait for that; the next one is told to come again, instead of being booked when nobody waits for it. */
const MAX_WAITING = 500
/** For those who were first at the same account; then 503. */
const LIMITS = { timeout: 8_000 }

type Transaction = Parameters<Parameters<BankDatabase['$transaction']>[0]>[0]

/** Books one after the other what comes in, a few at a time; the rest wait here, where they hold no connection. */
export function createBook(db: BankDatabase): Book {
  const queue = fastq.promise<unknown, Booking, Booked | null>((booking) => bookNow(db, booking), CONCURRENCY)
  return async (booking) => {
    if (queue.length() >= MAX_WAITING) {
      const sentence =
        'More transfers are under way than can be booked at once. Nothing was sent; try again in a moment.'
      throw new ServiceError('unavailable', sentence, { headers: { 'retry-after': '1' } })
    }
    return queue.push(booking)
  }
}

/**
 * The key, the transfer, its entries and, for retirement, the row in the outbox, all in one transaction. Locks in one order
 * everywhere: the key, then the accounts by id. The balance is read under the lock; that it cannot go below zero is the
 * database's own rule as well. After a refusal nothing is left of it, the key included.
 */
async function bookNow(db: BankDatabase, booking: Booking): Promise<Booked | null> {
  const id = randomUUID()
  return db.$transaction(async (transaction) => {
    if (!(await takeKey(transaction, booking, id))) return null
    const { now: createdAt, balance } = await lockAccounts(transaction, booking)
    if (balance < booking.amountMinor) throw new ServiceError('insufficient_funds')
    await write(transaction, booking, { id, createdAt })
    return { id, createdAt }
  }, LIMITS)
}

/** Of two orders with one key at once, the second waits here for the first, and finds it taken or left. */
async function takeKey(transaction: Transaction, { userId, key, orderHash }: Booking, id: string): Promise<boolean> {
  const data = [{ userId, key, orderHash, transferId: id }]
  const { count } = await transaction.idempotencyKey.createMany({ data, skipDuplicates: true })
  return count === 1
}

async function lockAccounts(transaction: Transaction, { from, to }: Booking): Promise<{ now: Date; balance: bigint }> {
  const ids = to ? [from.id, to.id] : [from.id]
  // Told after each lock, so that the lines of a statement are in the order of their times.
  const rows = await transaction.$queryRaw<{ id: string; balance: bigint; now: Date }[]>`
    WITH locked AS MATERIALIZED (
      SELECT id, balance FROM accounts WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR NO KEY UPDATE
    )
    SELECT id::text, balance, clock_timestamp() AS now FROM locked`
  const own = rows.find((row) => row.id === from.id)
  if (!own || rows.length !== ids.length) throw new ServiceError('not_found', 'You have no such account.')
  return { balance: own.balance, now: new Date(Math.max(...rows.map(({ now }) => now.getTime()))) }
}

/** One statement, because everybody else at these accounts waits for it. */
async function write(transaction: Transaction, booking: Booking, { id, createdAt }: Booked): Promise<void> {
  const { userId, kind, from, to, amountMinor, currency, memo, context } = booking
  const postings = postingsOf(booking)
  const column = <Name extends keyof (typeof postings)[number]>(name: Name) => postings.map((posting) => posting[name])
  await transaction.$executeRaw`
    WITH ordered AS (
      INSERT INTO transfers (id, kind, user_id, from_account_id, to_account_id, amount, currency, memo, created_at)
      VALUES (${id}::uuid, ${kind}::transfer_kind, ${userId}::uuid, ${from.id}::uuid, ${to?.id ?? null}::uuid,
        ${amountMinor}, ${currency}, ${memo}, ${createdAt})
    ), handed_on AS (
      INSERT INTO deposit_outbox (transfer_id, request_id, traceparent, tracestate, next_try_at)
      SELECT ${id}::uuid, ${context.requestId}, ${context.traceparent}, ${context.tracestate}, ${createdAt} WHERE ${kind} = 'retirement'
    )
    INSERT INTO entries (transfer_id, at, account_id, house_account, amount, memo)
    SELECT ${id}::uuid, ${createdAt}, posting.account_id, posting.house_account::house_account, posting.amount, posting.memo
    FROM unnest(${column('accountId')}::uuid[], ${column('houseAccount')}::text[], ${column('amount')}::bigint[],
      ${column('memo')}::text[]) WITH ORDINALITY AS posting (account_id, house_account, amount, memo, place)
    ORDER BY posting.place`
}
