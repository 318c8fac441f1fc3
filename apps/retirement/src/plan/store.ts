import { USD } from '@signet/contracts'
import type { RetirementDatabase } from '@signet/retirement-database'
import { DEFAULT_ALLOCATION } from '../allocation/rules.js'
import type { PlanEntry } from './rules.js'

export interface StoredPlan {
  readonly userId: string
  readonly currency: string
  readonly allocation: string
  readonly createdAt: Date
}

/** A person's plan, made at their first visit; two first visits at once make one. */
export async function findOrCreatePlan(db: RetirementDatabase, userId: string): Promise<StoredPlan> {
  const found = await db.plan.findUnique({ where: { userId } })
  if (found) return found
  await db.plan.createMany({
    data: [{ userId, currency: USD, allocation: DEFAULT_ALLOCATION }],
    skipDuplicates: true,
  })
  return db.plan.findUniqueOrThrow({ where: { userId } })
}

export async function planBalance(db: RetirementDatabase, userId: string): Promise<bigint> {
  const { _sum } = await db.planEntry.aggregate({ where: { userId }, _sum: { amount: true } })
  return _sum.amount ?? 0n
}

/** Oldest first. */
export async function listPlanEntries(db: RetirementDatabase, userId: string): Promise<PlanEntry[]> {
  return db.planEntry.findMany({
    where: { userId },
    select: { id: true, at: true, kind: true, amount: true, memo: true, origin: true },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
}
