import type { BankDatabase } from '@signet/bank-database'
import { csvLine, decimal, type Month, monthBounds } from './statement-rules.js'
import { listStatementEntries, STATEMENT_BATCH, type StoredAccount } from './store.js'

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
    const rows = await listStatementEntries(db, accountId, after, until)
    for (const { id, at, amountMinor, balanceMinor, memo, transferId } of rows) {
      const amounts = [decimal(amountMinor, currency), decimal(balanceMinor, currency)]
      yield csvLine([at.toISOString(), memo, ...amounts, currency, String(id), transferId ?? ''])
    }
    after = rows.at(-1) ?? after
    more = rows.length === STATEMENT_BATCH
  }
}
