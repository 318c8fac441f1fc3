import { type BankDatabase, Prisma } from '@signet/bank-database'
import { type Cursor, cursorOf, type EntrySearch, likePattern, PAGE_SIZE, type PastBalance } from './rules.js'

export interface StoredEntry {
  readonly id: bigint
  readonly at: Date
  readonly amountMinor: bigint
  readonly balanceMinor: bigint
  readonly memo: string
  /** The transfer that a customer requested; null for an entry that the bank made itself. */
  readonly transferId: string | null
}

const ACCOUNT = { id: true, name: true, number: true, currency: true, balanceMinor: true, createdAt: true } as const
export type StoredAccount = Readonly<Prisma.AccountGetPayload<{ select: typeof ACCOUNT }>>

export async function listAccounts(db: BankDatabase, userId: string): Promise<StoredAccount[]> {
  return db.account.findMany({ where: { userId }, select: ACCOUNT, orderBy: [{ name: 'asc' }, { id: 'asc' }] })
}

/** Returns null for an unknown account and for one of another user, so that a client cannot distinguish them. */
export async function findAccount(db: BankDatabase, userId: string, id: string): Promise<StoredAccount | null> {
  return db.account.findFirst({ where: { id, userId }, select: ACCOUNT })
}

/**
 * Returns the balance of each account at these times, oldest first. Omits times before an account's first entry. Reads one
 * index entry per account and time, for any length of history.
 */
export async function listBalances(db: BankDatabase, userId: string, times: Date[]): Promise<PastBalance[]> {
  return db.$queryRaw<PastBalance[]>(balancesQuery(userId, times))
}

export const balancesQuery = (userId: string, times: Date[]): Prisma.Sql => Prisma.sql`
  SELECT accounts.id::text AS "accountId", times.at, latest.balance AS "balanceMinor"
  FROM accounts
  CROSS JOIN unnest(${times}::timestamptz[]) AS times(at)
  CROSS JOIN LATERAL (
    SELECT balance FROM entries WHERE account_id = accounts.id AND entries.at < times.at
    ORDER BY entries.at DESC, entries.id DESC LIMIT 1
  ) AS latest
  WHERE accounts.user_id = ${userId}::uuid ORDER BY times.at`

/** Entries on the home page. */
const RECENT = 5

export interface RecentEntry {
  readonly at: Date
  readonly account: string
  readonly amountMinor: bigint
  readonly currency: string
  readonly memo: string
}

export async function listRecentEntries(db: BankDatabase, userId: string): Promise<RecentEntry[]> {
  return db.$queryRaw<RecentEntry[]>(recentQuery(userId))
}

export const recentQuery = (userId: string): Prisma.Sql => Prisma.sql`
  SELECT latest.at, accounts.name AS account, latest.amount AS "amountMinor", accounts.currency, latest.memo
  FROM accounts
  CROSS JOIN LATERAL (
    SELECT id, at, amount, memo FROM entries WHERE account_id = accounts.id ORDER BY at DESC, id DESC LIMIT ${RECENT}
  ) AS latest
  WHERE accounts.user_id = ${userId}::uuid ORDER BY latest.at DESC, latest.id DESC LIMIT ${RECENT}`

export type EntryPage = Awaited<ReturnType<typeof listEntries>>

export interface EntryPageOptions {
  /** Only entries older than this one. */
  readonly before?: Cursor | undefined
  readonly search?: EntrySearch | undefined
}

/**
 * Lists entries, newest first, with the cursor of the next page, which is null at the end. Keyset pagination over the index on
 * account, time and id costs the same for any length of history. Entries are written one by one under the account's lock, so
 * their times follow the running balance. A search reads until the page is full.
 */
export async function listEntries(db: BankDatabase, accountId: string, options: EntryPageOptions = {}) {
  const rows = await db.$queryRaw<StoredEntry[]>(entriesQuery(accountId, options))
  const entries = rows.slice(0, PAGE_SIZE)
  const last = entries.at(-1)
  return { entries, next: rows.length > PAGE_SIZE && last ? cursorOf(last) : null }
}

/** Reads one row more than a page, to see whether there is another page. */
export function entriesQuery(accountId: string, { before, search }: EntryPageOptions): Prisma.Sql {
  const older = before === undefined ? Prisma.empty : Prisma.sql`AND (at, entries.id) < (${before.at}, ${before.id})`
  const found = search
    ? Prisma.sql`AND (entries.memo ILIKE ${likePattern(search.text)} OR entries.amount = ANY(${search.amountsMinor}::bigint[]))`
    : Prisma.empty
  return Prisma.sql`${entriesOf(accountId)} ${older} ${found} ORDER BY at DESC, entries.id DESC LIMIT ${PAGE_SIZE + 1}`
}

const entriesOf = (accountId: string): Prisma.Sql => Prisma.sql`
  SELECT entries.id, at, entries.amount AS "amountMinor", balance AS "balanceMinor", entries.memo,
    CASE WHEN transfers.user_id IS NOT NULL THEN transfers.id::text END AS "transferId"
  FROM entries JOIN transfers ON transfers.id = entries.transfer_id
  WHERE account_id = ${accountId}::uuid`

/** Ledger entries that a statement reads at once. */
export const STATEMENT_BATCH = 1_000

export async function listStatementEntries(db: BankDatabase, accountId: string, after: Cursor, until: Date) {
  return db.$queryRaw<StoredEntry[]>(statementQuery(accountId, after, until))
}

/** Reads the next batch along the index on account, time and id. */
export const statementQuery = (accountId: string, after: Cursor, until: Date): Prisma.Sql => Prisma.sql`
  ${entriesOf(accountId)} AND (at, entries.id) > (${after.at}, ${after.id}) AND at < ${until}
  ORDER BY at, entries.id LIMIT ${STATEMENT_BATCH}`
