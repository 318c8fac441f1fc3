import { randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import { ServiceError } from '@signet/service'
import { type Movement, postingsOf } from './rules.js'

export interface Booking extends Movement {
  readonly userId: string
  readonly currency: string
  readonly key: string
  readonly orderHash: string
  /** Runs through both services' logs when the deposit is delivered. */
  readonly requestId: string
}

/** Waiting for a connection, and for those who were first at the same account; then 503. */
const LIMITS = { maxWait: 8_000, timeout: 8_000 }

type Transaction = Parameters<Parameters<BankDatabase['$transaction']>[0]>[0]

/**
 * Moves money: the key, the transfer, its entries and, for retirement, the row in the outbox, all in one transaction.
 * Returns the transfer's id, or null when the key is taken.
 *
 * Locks in one order everywhere: the key, then the accounts by id. The balance is read under the lock; that it cannot go
 * below zero is the database's own rule as well.
 *
 * @throws {ServiceError} `insufficient_funds`; then nothing is left of it, the key included.
 */
export async function book(db: BankDatabase, booking: Booking): Promise<string | null> {
  const id = randomUUID()
  return db.$transaction(async (transaction) => {
    if (!(await takeKey(transaction, booking, id))) return null
    const { now, balance } = await lockAccounts(transaction, booking)
    if (balance < booking.amountMinor) throw new ServiceError('insufficient_funds')
    await write(transaction, booking, id, now)
    return id
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

async function write(transaction: Transaction, booking: Booking, id: string, now: Date): Promise<void> {
  const { userId, kind, from, to, amountMinor, currency, memo, requestId } = booking
  await transaction.transfer.create({
    data: {
      id,
      kind,
      userId,
      fromAccountId: from.id,
      toAccountId: to?.id ?? null,
      amount: amountMinor,
      currency,
      memo,
      createdAt: now,
      ...(kind === 'retirement' ? { deposit: { create: { requestId, nextTryAt: now } } } : {}),
    },
    select: { id: true },
  })
  await transaction.entry.createMany({
    data: postingsOf(booking).map((posting) => ({ ...posting, transferId: id, at: now })),
  })
}
