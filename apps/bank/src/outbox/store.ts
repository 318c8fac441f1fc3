import type { BankDatabase } from '@signet/bank-database'
import type { CallContext } from '@signet/service'
import { LEASE_MS } from './rules.js'

/** A deposit that this process delivers until the lease expires. */
export interface ClaimedDeposit extends CallContext {
  readonly transferId: string
  readonly userId: string
  readonly amountMinor: bigint
  readonly currency: string
  readonly memo: string
  readonly createdAt: Date
  /** Attempts, including this one. */
  readonly tries: number
}

/**
 * Claims up to `limit` due deposits, in turns by customer, so that one customer's many deposits do not delay another's. It
 * is one statement, and no transaction is open during delivery: a process that dies leaves a lease that expires.
 * Concurrent claims skip locked rows.
 */
export async function claimDue(db: BankDatabase, limit: number): Promise<ClaimedDeposit[]> {
  return db.$queryRaw<ClaimedDeposit[]>`
    WITH due AS (
      SELECT transfer_id, row_number() OVER (PARTITION BY user_id ORDER BY next_try_at) AS turn
      FROM deposit_outbox WHERE settled_at IS NULL AND next_try_at <= clock_timestamp()
    ), taken AS (
      SELECT deposit_outbox.transfer_id FROM deposit_outbox JOIN due USING (transfer_id)
      WHERE settled_at IS NULL AND next_try_at <= clock_timestamp()
      ORDER BY turn, next_try_at LIMIT ${limit} FOR UPDATE OF deposit_outbox SKIP LOCKED
    ), claimed AS (
      UPDATE deposit_outbox SET tries = tries + 1, next_try_at = clock_timestamp() + ${LEASE_MS} * interval '1 millisecond'
      FROM taken WHERE deposit_outbox.transfer_id = taken.transfer_id
      RETURNING deposit_outbox.transfer_id, request_id, traceparent, tracestate, tries
    )
    SELECT claimed.transfer_id::text AS "transferId", transfers.user_id::text AS "userId", amount AS "amountMinor", currency, memo,
      created_at AS "createdAt", request_id AS "requestId", traceparent, tracestate, tries
    FROM claimed JOIN transfers ON transfers.id = claimed.transfer_id`
}

/** Saves why a delivery failed and when the next is due, unless another process has claimed the deposit since. */
export async function postpone(
  db: BankDatabase,
  { transferId, tries }: Pick<ClaimedDeposit, 'transferId' | 'tries'>,
  { problem, refused, waitMs }: { problem: string; refused: boolean; waitMs: number },
): Promise<void> {
  await db.$executeRaw`
    UPDATE deposit_outbox SET last_problem = ${problem}, refused = ${refused},
      next_try_at = clock_timestamp() + ${waitMs} * interval '1 millisecond'
    WHERE transfer_id = ${transferId}::uuid AND tries = ${tries} AND settled_at IS NULL`
}

export interface Backlog {
  readonly pending: number
  readonly refused: number
  readonly oldestSeconds: number
  readonly mostTries: number
}

export async function backlog(db: BankDatabase): Promise<Backlog> {
  const [row] = await db.$queryRaw<Backlog[]>`
    SELECT count(*)::int AS pending, (count(*) FILTER (WHERE refused))::int AS refused,
      coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS "oldestSeconds",
      coalesce(max(tries), 0)::int AS "mostTries"
    FROM deposit_outbox JOIN transfers ON transfers.id = transfer_id WHERE settled_at IS NULL`
  return row ?? { pending: 0, refused: 0, oldestSeconds: 0, mostTries: 0 }
}
