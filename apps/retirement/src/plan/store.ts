import { Prisma, type RetirementDatabase } from '@signet/retirement-database'
import { createPlan } from '../allocation/store.js'
import { type ContributionPage, cursorOf, type MonthSum, type PlanEntry } from './rules.js'

/** Rejects when the database is not migrated. */
export const requireTables = (db: RetirementDatabase): Promise<unknown> => db.$queryRaw`SELECT 1 FROM plans LIMIT 1`

export type StoredPlan = Readonly<Prisma.PlanGetPayload<object>>

export async function findOrCreatePlan(db: RetirementDatabase, userId: string): Promise<StoredPlan> {
  const found = await db.plan.findUnique({ where: { userId } })
  if (found) return found
  await createPlan(db, userId)
  return db.plan.findUniqueOrThrow({ where: { userId } })
}

export async function findStartingPoint(db: RetirementDatabase, userId: string) {
  const { allocation } = await findOrCreatePlan(db, userId)
  const { _sum } = await db.planEntry.aggregate({ where: { userId }, _sum: { amountMinor: true } })
  return { balanceMinor: Number(_sum.amountMinor ?? 0n), allocation }
}

/** Oldest first. */
export async function listPlanEntries(db: RetirementDatabase, userId: string): Promise<PlanEntry[]> {
  return db.planEntry.findMany({
    where: { userId },
    select: { id: true, at: true, kind: true, amountMinor: true, memo: true, origin: true },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
}

/** Returns the sums of each month, oldest first. A chart needs no more, for any length of history. */
export async function sumMonths(db: RetirementDatabase, userId: string): Promise<MonthSum[]> {
  return db.$queryRaw<MonthSum[]>`
    SELECT max(at) AS at, coalesce(sum(amount) FILTER (WHERE kind = 'contribution'), 0)::bigint AS "contributedMinor",
      sum(amount)::bigint AS "addedMinor"
    FROM plan_entries WHERE user_id = ${userId}::uuid
    GROUP BY date_trunc('month', at AT TIME ZONE 'UTC') ORDER BY at`
}

export type Contributions = Awaited<ReturnType<typeof listContributions>>

/** Reads a page of contributions, newest first, and the cursor of the next page, which is null on the last one. Keyset pagination keeps the last page as fast as the first. */
export async function listContributions(db: RetirementDatabase, userId: string, { limit, before }: ContributionPage) {
  const older = before ? Prisma.sql`AND (at, id) < (${before.at}, ${before.id}::uuid)` : Prisma.empty
  const rows = await db.$queryRaw<PlanEntry[]>`
    SELECT id::text, at, kind::text, amount AS "amountMinor", memo, origin::text FROM plan_entries
    WHERE user_id = ${userId}::uuid AND kind = 'contribution' ${older}
    ORDER BY at DESC, id DESC LIMIT ${limit + 1}`
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { shown, next: rows.length > limit && last ? cursorOf(last) : null }
}
