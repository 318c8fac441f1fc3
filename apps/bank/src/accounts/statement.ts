import { type BankDatabase, Prisma } from '@signet/bank-database'
import type { Cursor } from './rules.js'
import { csvLine, decimal, type Month, monthBounds } from './statement-rules.js'
import type { StoredAccount, StoredEntry } from './store.js'

export const BATCH = 1_000
const HEAD = ['Date', 'Memo', 'Amount', 'Balance', 'Currency', 'Entry', 'Transfer']

/** An account's entries as CSV (RFC 4180), oldest first: of one month, or all. Read in batches, so that no history is too long. */
export async function* statementLines(
  db: BankDatabase,
  { id: accountId, currency }: StoredAccount,
  month: Month | undefined,
): AsyncGenerator<string> {
  yield csvLine(HEAD)
  const { from, until } = month ? monthBounds(month) : { from: new Date(0), until: new Date('9999-12-31') }
  let after = { at: from, id: 0n }
  for (let more = true; more; ) {
    const rows = await db.$queryRaw<StoredEntry[]>(statementQuery(accountId, after, until))
    for (const { id, at, amount, balance, memo, transferId } of rows) {
      const amounts = [decimal(amount, currency), decimal(balance, currency)]
      yield csvLine([at.toISOString(), memo, ...amounts, currency, String(id), transferId ?? ''])
    }
    after = rows.at(-1) ?? after
    more = rows.length === BATCH
  }
}

/** The next batch, along the index on account, time and id. */
export const statementQuery = (accountId: string, after: Cursor, until: Date): Prisma.Sql => Prisma.sql`
  SELECT entries.id, at, entries.amount, balance, entries.memo,
    CASE WHEN transfers.user_id IS NOT NULL THEN transfers.id::text END AS "transferId"
  FROM entries JOIN transfers ON transfers.id = entries.transfer_id
  WHERE account_id = ${accountId}::uuid AND (at, entries.id) > (${after.at}, ${after.id}) AND at < ${until}
  ORDER BY at, entries.id LIMIT ${BATCH}`
