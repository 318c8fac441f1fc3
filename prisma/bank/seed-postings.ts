import { randomUUID } from 'node:crypto'
import { USD } from '@signet/contracts'
import type { Prisma } from './generated/client.js'
import { type Movement, OPENING_BALANCE, STANDING_ORDER, type Statement } from './seed-history.js'

export interface Postings {
  readonly transfers: Prisma.TransferCreateManyInput[]
  readonly entries: Prisma.EntryCreateManyInput[]
}

interface Owner {
  readonly userId: string
  readonly checking: string
  readonly savings: string
}

/** A household's year in double entry: every movement with its other side, in the order of time. */
export function postingsOf(statement: Statement, { userId, checking, savings }: Owner): Postings {
  const postings: Postings = { transfers: [], entries: [] }
  const fromOutside = (accountId: string) => (movement: Movement) => ({
    movement,
    book: () => book(accountId, movement),
  })

  function book(accountId: string, { at, amountMinor, memo }: Movement): void {
    const opening = memo === OPENING_BALANCE
    const transferId = randomUUID()
    const amount = BigInt(amountMinor)
    postings.transfers.push({
      id: transferId,
      kind: opening ? 'opening' : 'outside',
      ...(amount < 0n ? { fromAccountId: accountId } : { toAccountId: accountId }),
      amount: amount < 0n ? -amount : amount,
      currency: USD,
      memo,
      createdAt: at,
    })
    const houseAccount = opening ? 'opening_balances' : 'outside_world'
    postings.entries.push({ transferId, accountId, at, amount, memo })
    postings.entries.push({ transferId, houseAccount, at, amount: -amount, memo })
  }

  function save({ at, amountMinor, memo }: Movement): void {
    const transferId = randomUUID()
    const amount = BigInt(amountMinor)
    const between = { fromAccountId: checking, toAccountId: savings }
    postings.transfers.push({ id: transferId, kind: 'own', userId, ...between, amount: -amount, memo, createdAt: at })
    postings.entries.push({ transferId, accountId: checking, at, amount, memo })
    postings.entries.push({ transferId, accountId: savings, at, amount: -amount, memo: STANDING_ORDER.received })
  }

  const isOrder = ({ memo }: Movement) => memo === STANDING_ORDER.paid
  const steps = [
    ...statement.checking.filter((movement) => !isOrder(movement)).map(fromOutside(checking)),
    ...statement.checking.filter(isOrder).map((movement) => ({ movement, book: () => save(movement) })),
    ...statement.savings.filter(({ memo }) => memo !== STANDING_ORDER.received).map(fromOutside(savings)),
  ]
  for (const step of steps.sort((a, b) => a.movement.at.getTime() - b.movement.at.getTime())) step.book()
  return postings
}
