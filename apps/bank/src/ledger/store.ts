import type { BankDatabase } from '@signet/bank-database'
import type { CallContext } from '@signet/service'

/** One transaction, so that a caller can make several of these writes one. */
export type Transaction = Parameters<Parameters<BankDatabase['$transaction']>[0]>[0]
type Statements = Pick<Transaction, '$queryRaw' | '$executeRaw'>

export interface TransferParties {
  readonly userId: string
  readonly fromAccountId: string
  /** Null where the money goes to retirement. */
  readonly toAccountId: string | null
}

/** What a transfer is judged by, as it is under the locks. */
export interface PayerState {
  readonly balanceMinor: bigint
  /** To others and to retirement, within the last hour, without a password typed shortly before. */
  readonly sentWithoutPasswordMinor: bigint
  /** Transfers to retirement that retirement does not hold yet. */
  readonly pendingDeposits: bigint
}

/**
 * Locks the customer and the accounts until the transaction ends: one customer's transfers wait for each other at every replica.
 * Null for an account that is not this customer's.
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
  readonly passwordConfirmed: boolean
  /** Goes with a deposit to retirement. */
  readonly context: CallContext
}

/** Writes a transfer, its ledger entries and, for retirement, the row in the outbox. Returns when it happened. */
export async function postTransfer(db: Statements, transfer: NewTransfer): Promise<Date> {
  const { id, userId, fromAccountId, toAccountId, amountMinor, memo, debitMemo, creditMemo } = transfer
  const { requestId, traceparent, tracestate } = transfer.context
  const [row] = await db.$queryRaw<[{ at: Date }]>`
    SELECT post_transfer(${id}::uuid, ${userId}::uuid, ${fromAccountId}::uuid, ${toAccountId}::uuid, ${amountMinor}::bigint,
      ${memo}, ${debitMemo}, ${creditMemo}, ${transfer.passwordConfirmed}, ${requestId}, ${traceparent}, ${tracestate}) AS at`
  return row.at
}

/** Notes that retirement holds a deposit. False when that was noted before. */
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

/** Opens an account without money. */
export async function openAccount(db: Statements, { id, userId, name, number, currency }: NewAccount): Promise<void> {
  await db.$executeRaw`SELECT open_account(${id}::uuid, ${userId}::uuid, ${name}, ${number}, ${currency})`
}

/** Gives a new customer the opening balance that the owner of the database has set. Once for each customer. */
export async function grantOpeningBalance(db: Statements, accountId: string): Promise<void> {
  await db.$executeRaw`SELECT grant_opening_balance(${accountId}::uuid, 'Opening balance')`
}
