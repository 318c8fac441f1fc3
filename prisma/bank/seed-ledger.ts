import { randomUUID } from 'node:crypto'
import { USD } from '@signet/contracts'
import type { Prisma } from './generated/client.js'
import { OPENING_BALANCE, STANDING_ORDER, type Statement, type StatementLine } from './seed-history.js'

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
  const fromOutside = (accountId: string) => (line: StatementLine) => ({
    line,
    add: () => addOutside(accountId, line),
  })

  function addOutside(accountId: string, line: StatementLine): void {
    const { at, memo } = line
    const opening = memo === OPENING_BALANCE
    const transferId = randomUUID()
    const amountMinor = BigInt(line.amountMinor)
    rows.transfers.push({
      id: transferId,
      kind: opening ? 'opening' : 'outside',
      ...(amountMinor < 0n ? { fromAccountId: accountId } : { toAccountId: accountId }),
      amountMinor: amountMinor < 0n ? -amountMinor : amountMinor,
      currency: USD,
      memo,
      createdAt: at,
    })
    const houseAccount = opening ? 'opening_balances' : 'outside_world'
    rows.entries.push({ transferId, accountId, at, amountMinor, memo })
    rows.entries.push({ transferId, houseAccount, at, amountMinor: -amountMinor, memo })
  }

  function addSaving(line: StatementLine): void {
    const { at, memo } = line
    const transferId = randomUUID()
    const amountMinor = BigInt(line.amountMinor)
    const between = { fromAccountId: checking, toAccountId: savings }
    rows.transfers.push({
      id: transferId,
      kind: 'own',
      userId,
      ...between,
      amountMinor: -amountMinor,
      memo,
      createdAt: at,
    })
    rows.entries.push({ transferId, accountId: checking, at, amountMinor, memo })
    rows.entries.push({ transferId, accountId: savings, at, amountMinor: -amountMinor, memo: STANDING_ORDER.received })
  }

  const isStandingOrder = ({ memo }: StatementLine) => memo === STANDING_ORDER.paid
  const steps = [
    ...statement.checking.filter((line) => !isStandingOrder(line)).map(fromOutside(checking)),
    ...statement.checking.filter(isStandingOrder).map((line) => ({ line, add: () => addSaving(line) })),
    ...statement.savings.filter(({ memo }) => memo !== STANDING_ORDER.received).map(fromOutside(savings)),
  ]
  for (const step of steps.sort((a, b) => a.line.at.getTime() - b.line.at.getTime())) step.add()
  return rows
}
