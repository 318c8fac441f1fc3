import { USD } from '@signet/contracts'
import type { RetirementDatabase } from '@signet/retirement-database'
import type { AllocationName } from './rules.js'

/** Saves the allocation. Creates the plan when the user has none. */
export async function saveAllocation(db: RetirementDatabase, userId: string, name: AllocationName): Promise<void> {
  await db.plan.createMany({ data: [{ userId, currency: USD, allocation: name }], skipDuplicates: true })
  await db.plan.update({ where: { userId }, data: { allocation: name } })
}
