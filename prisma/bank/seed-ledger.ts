import { randomUUID } from 'node:crypto'
import { USD } from '@signet/contracts'
import type { Prisma } from './generated/client.js'
import { OPENING_BALANCE, STANDING_ORDER, type Statement } from './seed-history.js'

export interface LedgerRows {
  readonly transfers: Prisma.TransferCreateManyInput[]
  readonly entries: Prisma.EntryCreateManyInput[]
}

interface Owner {
  readonly userId: string
  readonly checking: string
  readonly savings: string
}

/** Converts a household's statements to double entry: each line with its counter-entry, ordered by time. */
export function ledgerRowsOf(statement: Statement, { userId, checking, savings }: Owner): LedgerRows {
  const rows: LedgerRows = { transfers: [], entries: [] }
  const lines = [
    ...statement.checking.map((line) => ({ ...line, accountId: checking })),
    // The other half of a standing order is the counter-entry of the first.
    ...statement.savings
      .filter(({ memo }) => memo !== STANDING_ORDER.received)
      .map((line) => ({ ...line, accountId: savings })),
  ]
  for (const { at, memo, accountId, ...line } of lines.sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const id = randomUUID()
    const amountMinor = BigInt(line.amountMinor)
    const isOutgoing = amountMinor < 0n
    const isSaving = memo === STANDING_ORDER.paid
    const isOpening = memo === OPENING_BALANCE
    rows.transfers.push({
      id,
      kind: isSaving ? 'own' : isOpening ? 'opening' : 'outside',
      ...(isOutgoing ? { fromAccountId: accountId } : { toAccountId: accountId }),
      ...(isSaving ? { userId, toAccountId: savings } : {}),
      amountMinor: isOutgoing ? -amountMinor : amountMinor,
      currency: USD,
      memo,
      createdAt: at,
    })
    const counterpart = isSaving
      ? { accountId: savings, memo: STANDING_ORDER.received }
      : { houseAccount: isOpening ? ('opening_balances' as const) : ('outside_world' as const), memo }
    rows.entries.push({ transferId: id, accountId, at, amountMinor, memo })
    rows.entries.push({ transferId: id, ...counterpart, at, amountMinor: -amountMinor })
  }
  return rows
}
