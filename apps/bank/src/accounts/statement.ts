import { pipeline, type Readable } from 'node:stream'
import type { BankDatabase } from '@signet/bank-database'
import { stringify } from 'csv-stringify'
import { decimal, type Month, memoCell, monthBounds, spreadsheetTime } from './statement-rules.js'
import { listStatementEntries, STATEMENT_BATCH, type StoredAccount } from './store.js'

const COLUMNS = ['Date (UTC)', 'Memo', 'Amount', 'Balance', 'Currency', 'Entry', 'Transfer']

/**
 * Formats rows as CSV (RFC 4180) with a byte order mark, so that spreadsheets read UTF-8. Cells with a semicolon are quoted,
 * because many spreadsheets separate by it. `memoCell` escapes formulas: the library checks the first character only.
 */
export function csvOf(rows: AsyncIterable<string[]>): Readable {
  const csv = stringify({ header: true, columns: COLUMNS, bom: true, record_delimiter: 'windows', quoted_match: ';' })
  // An error destroys the stream and the response, so that a cut statement does not look complete.
  pipeline(rows, csv, () => {})
  return csv
}

/** Reads an account's entries of one month, or all, oldest first. Batches bound the memory for any length of history. */
export async function* statementRows(
  db: BankDatabase,
  { id: accountId, currency }: StoredAccount,
  month: Month | undefined,
): AsyncGenerator<string[]> {
  const { from, until } = month ? monthBounds(month) : { from: new Date(0), until: new Date('9999-12-31') }
  let after = { at: from, id: 0n }
  for (let more = true; more; ) {
    const rows = await listStatementEntries(db, accountId, after, until)
    for (const { id, at, amountMinor, balanceMinor, memo, transferId } of rows) {
      const amounts = [decimal(amountMinor, currency), decimal(balanceMinor, currency)]
      yield [spreadsheetTime(at), memoCell(memo), ...amounts, currency, String(id), transferId ?? '']
    }
    after = rows.at(-1) ?? after
    more = rows.length === STATEMENT_BATCH
  }
}
