import { USD } from '@signet/contracts'
import type { RetirementDatabase } from '@signet/retirement-database'
import { type AllocationName, DEFAULT_ALLOCATION } from './rules.js'

/** Creates a plan for a user who has none. Concurrent calls create one. */
export async function createPlan(
  db: Pick<RetirementDatabase, 'plan'>,
  userId: string,
  allocation = DEFAULT_ALLOCATION,
) {
  await db.plan.createMany({ data: [{ userId, currency: USD, allocation }], skipDuplicates: true })
}

/** Saves the allocation. Creates the plan when the user has none. */
export async function saveAllocation(
  db: RetirementDatabase,
  userId: string,
  allocation: AllocationName,
): Promise<void> {
  await createPlan(db, userId, allocation)
  await db.plan.update({ where: { userId }, data: { allocation } })
}
