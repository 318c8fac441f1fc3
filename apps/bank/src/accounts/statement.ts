import type { BankDatabase } from '@signet/bank-database'
import { csvLine, decimal, type Month, monthBounds } from './statement-rules.js'
import type { StoredAccount, StoredEntry } from './store.js'

const BATCH = 1_000
const HEAD = ['Date', 'Memo', 'Amount', 'Balance', 'Currency', 'Entry', 'Transfer']

/** An account's entries as CSV (RFC 4180), oldest first: of one month, or all. Read in batches, so that no history is too long. */
export async function* statementLines(
  db: BankDatabase,
  { id: accountId, currency }: StoredAccount,
  month: Month | undefined,
): AsyncGenerator<string> {
  yield csvLine(HEAD)
  const bounds = month && monthBounds(month)
  let after = 0n
  for (let more = true; more; ) {
    const rows = await db.$queryRaw<StoredEntry[]>`
      SELECT entries.id, at, entries.amount, balance, entries.memo,
        CASE WHEN transfers.user_id IS NOT NULL THEN transfers.id::text END AS "transferId"
      FROM entries JOIN transfers ON transfers.id = entries.transfer_id
      WHERE account_id = ${accountId}::uuid AND entries.id > ${after}
        AND (at >= ${bounds?.from ?? null}::timestamptz) IS NOT FALSE
        AND (at < ${bounds?.until ?? null}::timestamptz) IS NOT FALSE
      ORDER BY entries.id LIMIT ${BATCH}`
    for (const { id, at, amount, balance, memo, transferId } of rows) {
      const amounts = [decimal(amount, currency), decimal(balance, currency)]
      yield csvLine([at.toISOString(), memo, ...amounts, currency, String(id), transferId ?? ''])
    }
    after = rows.at(-1)?.id ?? after
    more = rows.length === BATCH
  }
}
