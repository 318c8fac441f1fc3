import type { RetirementDatabase } from '@signet/retirement-database'
import { createPlan } from '../allocation/store.js'

export interface Deposit {
  readonly transferId: string
  readonly userId: string
  readonly amountMinor: bigint
  readonly currency: string
  readonly memo: string
}

export const CREDITS = ['credited', 'credited_before', 'another_deposit', 'another_currency'] as const
type Credit = (typeof CREDITS)[number]

/**
 * Credits a deposit once, for any number of repeated or concurrent requests: its key is the transfer's id. The same
 * transaction creates the plan of a new customer. An id that was credited before changes nothing.
 */
export async function creditOnce(db: RetirementDatabase, deposit: Deposit): Promise<Credit> {
  const { transferId: id, userId, amountMinor, currency, memo } = deposit
  return db.$transaction(async (transaction) => {
    await createPlan(transaction, userId)
    const plan = await transaction.plan.findUniqueOrThrow({ where: { userId }, select: { currency: true } })
    if (plan.currency !== currency) return 'another_currency'
    const [row] = await transaction.$queryRaw<[{ credited: boolean }]>`
      SELECT credit_deposit(${id}::uuid, ${userId}::uuid, ${amountMinor}::bigint, ${memo}) AS credited`
    if (row.credited) return 'credited'
    const entry = await transaction.planEntry.findUniqueOrThrow({ where: { id } })
    return entry.userId === userId && entry.amountMinor === amountMinor ? 'credited_before' : 'another_deposit'
  })
}
