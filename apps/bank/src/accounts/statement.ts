import { pipeline, type Readable } from 'node:stream'
import type { BankDatabase } from '@signet/bank-database'
import { stringify } from 'csv-stringify'
import { decimal, type Month, memoCell, monthBounds, spreadsheetTime } from './statement-rules.js'
import { listStatementEntries, STATEMENT_BATCH, type StoredAccount } from './store.js'

const COLUMNS = ['Date (UTC)', 'Memo', 'Amount', 'Balance', 'Currency', 'Entry', 'Transfer']

/**
 * Rows as CSV (RFC 4180) that a spreadsheet opens: with a byte order mark, so that it reads UTF-8. A cell with a semicolon is
 * quoted, as many a spreadsheet separates by it. The library's own escape of formulas looks at the first character alone:
 * see `memoCell`.
 */
export function csvOf(rows: AsyncIterable<string[]>): Readable {
  const csv = stringify({ header: true, columns: COLUMNS, bom: true, record_delimiter: 'windows', quoted_match: ';' })
  // An error of the rows destroys the stream, and with it the answer: a statement that is cut must not look complete.
  pipeline(rows, csv, () => {})
  return csv
}

/** An account's entries, oldest first: of one month, or all. Read in batches, so that no history is too long. */
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
