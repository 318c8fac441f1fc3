import type { BankDatabase } from '@signet/bank-database'
import { PAGE_SIZE } from './rules.js'

export interface StoredAccount {
  readonly id: string
  readonly name: string
  readonly number: string
  readonly currency: string
  readonly balance: bigint
}

export interface StoredEntry {
  readonly id: bigint
  readonly at: Date
  readonly amount: bigint
  readonly balance: bigint
  readonly memo: string
  /** The transfer that a customer ordered; null where the bank booked it itself. */
  readonly transferId: string | null
}

const ACCOUNT = { id: true, name: true, number: true, currency: true, balance: true } as const
const ENTRY = {
  id: true,
  at: true,
  amount: true,
  balance: true,
  memo: true,
  transfer: { select: { id: true, userId: true } },
} as const

export async function listAccounts(db: BankDatabase, userId: string): Promise<StoredAccount[]> {
  return db.account.findMany({ where: { userId }, select: ACCOUNT, orderBy: [{ name: 'asc' }, { id: 'asc' }] })
}

/** Null for an account that does not exist and for one that is somebody else's: the two look the same. */
export async function findAccount(db: BankDatabase, userId: string, id: string): Promise<StoredAccount | null> {
  return db.account.findFirst({ where: { id, userId }, select: ACCOUNT })
}

export interface EntryPage {
  readonly entries: StoredEntry[]
  /** The cursor of the next page; null at the end. */
  readonly next: string | null
}

/**
 * Newest first, by keyset: a page costs the same however long the history is. Entries of an account are written one
 * after the other under its lock, so their ids are in the order of their running balance.
 */
export async function listEntries(db: BankDatabase, accountId: string, before?: bigint): Promise<EntryPage> {
  const rows = await db.entry.findMany({
    where: { accountId, ...(before === undefined ? {} : { id: { lt: before } }) },
    select: ENTRY,
    orderBy: { id: 'desc' },
    take: PAGE_SIZE + 1,
  })
  const entries = rows.slice(0, PAGE_SIZE).map(({ balance, transfer, ...entry }) => ({
    ...entry,
    balance: balance ?? 0n,
    transferId: transfer.userId === null ? null : transfer.id,
  }))
  const last = entries.at(-1)
  return { entries, next: rows.length > PAGE_SIZE && last ? String(last.id) : null }
}
