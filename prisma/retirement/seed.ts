import { randomUUID } from 'node:crypto'
import { USD } from '@signet/contracts'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { lockForTransaction } from '@signet/database'
import type { PrismaClient } from './generated/client.js'
import { historyOf, type Saver } from './seed-history.js'

export interface SeedOptions {
  /** End of the generated history. Default: now. */
  readonly now?: Date
}

/** Key of the advisory lock. Every seeding run must use the same. */
const SEED_LOCK = 743_118_203n
/** On a slow machine five years of history take longer than Prisma's default limit of five seconds. */
const SEED_LIMITS = { maxWait: 30_000, timeout: 30_000 }

const SAVERS: Record<keyof typeof DEMO_USERS, Saver & { allocation: string }> = {
  ada: { seed: 1815, allocation: 'balanced', openingMinor: 1_850_000, monthlyMinor: 45_000, stocks: 0.6 },
  grace: { seed: 1906, allocation: 'growth', openingMinor: 3_240_000, monthlyMinor: 62_500, stocks: 0.85 },
}

/**
 * Adds the missing plans of the demo users with five years of history. Existing plans stay unchanged, so it can run at every start
 * and in several processes concurrently.
 */
export async function seedRetirement(database: PrismaClient, { now = new Date() }: SeedOptions = {}): Promise<void> {
  if ((await findMissing(database)).length === 0) return
  await database.$transaction(async (transaction) => {
    // Of two concurrent runs, the second waits here and then finds no missing plan.
    await lockForTransaction(transaction, SEED_LOCK)
    const plans = (await findMissing(transaction)).map((key) => {
      const { allocation, ...saver } = SAVERS[key]
      return { userId: DEMO_USERS[key].id, allocation, history: historyOf(saver, now) }
    })
    await transaction.plan.createMany({
      data: plans.map(({ history, ...plan }) => ({ ...plan, currency: USD, createdAt: history[0]?.at ?? now })),
    })
    await transaction.planEntry.createMany({
      data: plans.flatMap(({ userId, history }) =>
        history.map((entry) => ({
          id: randomUUID(),
          userId,
          origin: entry.kind === 'contribution' ? ('employer' as const) : null,
          ...entry,
          amountMinor: BigInt(entry.amountMinor),
        })),
      ),
    })
  }, SEED_LIMITS)
}

type DemoKey = keyof typeof DEMO_USERS

async function findMissing(database: Pick<PrismaClient, 'plan'>): Promise<DemoKey[]> {
  const keys: DemoKey[] = ['ada', 'grace']
  const ids = keys.map((key) => DEMO_USERS[key].id)
  const found = await database.plan.findMany({ where: { userId: { in: ids } }, select: { userId: true } })
  return keys.filter((key) => !found.some(({ userId }) => userId === DEMO_USERS[key].id))
}
