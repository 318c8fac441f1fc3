import type { RetirementDatabase } from '@signet/retirement-database'
import type { AllocationName } from './rules.js'

export async function saveAllocation(db: RetirementDatabase, userId: string, name: AllocationName): Promise<void> {
  await db.plan.update({ where: { userId }, data: { allocation: name } })
}
