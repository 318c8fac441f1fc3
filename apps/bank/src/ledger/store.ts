import type { BankDatabase } from '@signet/bank-database'
import type { CallContext } from '@signet/service'

/** A transaction, so that a caller can combine several writes. */
export type Transaction = Parameters<Parameters<BankDatabase['$transaction']>[0]>[0]
type Statements = Pick<Transaction, '$queryRaw' | '$executeRaw'>

export interface TransferParties {
  readonly userId: string
  readonly fromAccountId: string
  /** Null for a transfer to retirement. */
  readonly toAccountId: string | null
}

/** The state that decides about a transfer, read under the locks. */
export interface PayerState {
  readonly balanceMinor: bigint
  /** Sent unconfirmed to others and to retirement within the last hour. */
  readonly sentWithoutPasswordMinor: bigint
  readonly pendingDeposits: bigint
}

/**
 * Locks the customer and the accounts until the transaction ends, which serializes a customer's transfers at all replicas.
 * Returns null when the account is not this customer's.
 */
export async function lockForTransfer(db: Statements, parties: TransferParties): Promise<PayerState | null> {
  const { userId, fromAccountId, toAccountId } = parties
  const [row] = await db.$queryRaw<PayerState[]>`
    SELECT balance AS "balanceMinor", sent_without_password AS "sentWithoutPasswordMinor", pending_deposits AS "pendingDeposits"
    FROM lock_for_transfer(${userId}::uuid, ${fromAccountId}::uuid, ${toAccountId}::uuid)`
  return row ?? null
}

export interface NewTransfer extends TransferParties {
  readonly id: string
  readonly amountMinor: bigint
  readonly memo: string
  /** The memos of the two ledger entries. */
  readonly debitMemo: string
  readonly creditMemo: string
  /** What the customer confirmed it with. A confirmed transfer does not count towards the step-up limit. */
  readonly confirmedBy: string | null
  /** Sent to retirement with a deposit. */
  readonly context: CallContext
}

/** Writes a transfer, its ledger entries and, for retirement, the outbox row. Returns the time of the transfer. */
export async function postTransfer(db: Statements, transfer: NewTransfer): Promise<Date> {
  const { id, userId, fromAccountId, toAccountId, amountMinor, memo, debitMemo, creditMemo } = transfer
  const { requestId, traceparent, tracestate } = transfer.context
  const [row] = await db.$queryRaw<[{ at: Date }]>`
    SELECT post_confirmed_transfer(${id}::uuid, ${userId}::uuid, ${fromAccountId}::uuid, ${toAccountId}::uuid, ${amountMinor}::bigint,
      ${memo}, ${debitMemo}, ${creditMemo}, ${transfer.confirmedBy}, ${requestId}, ${traceparent}, ${tracestate}) AS at`
  return row.at
}

/** Marks a deposit as settled. Returns false when it was settled before. */
export async function settleDeposit(db: Statements, transferId: string): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ settled: boolean }]>`SELECT settle_deposit(${transferId}::uuid) AS settled`
  return row.settled
}

export interface NewAccount {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly number: string
  readonly currency: string
}

export async function openAccount(db: Statements, { id, userId, name, number, currency }: NewAccount): Promise<void> {
  await db.$executeRaw`SELECT open_account(${id}::uuid, ${userId}::uuid, ${name}, ${number}, ${currency})`
}

/** Credits a new customer with the opening balance that the database owner has set, once per customer. */
export async function grantOpeningBalance(db: Statements, accountId: string): Promise<void> {
  await db.$executeRaw`SELECT grant_opening_balance(${accountId}::uuid, 'Opening balance')`
}
