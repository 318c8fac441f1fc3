import type { StrategyName } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'

export interface ListedSession {
  readonly id: string
  readonly strategy: string
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly userAgent: string
  readonly address: string
}

/**
 * What may still stand. Whether a shared session is in use at another app its store knows, and not the bank: it is listed until its
 * time is over, rather than hidden from the one who would end it.
 */
const alive = (userId: string, idleTtlSeconds: number) => {
  const now = new Date()
  const seenAfter = new Date(now.getTime() - idleTtlSeconds * 1000)
  const inUse = [{ lastSeenAt: { gt: seenAfter } }, { strategy: 'shared-session' satisfies StrategyName }]
  return { userId, endedAt: null, expiresAt: { gt: now }, OR: inUse }
}

/** A person's sign-ins that still stand, the one used last first. */
export async function listSessions(db: BankDatabase, userId: string, idleTtlSeconds: number): Promise<ListedSession[]> {
  return db.session.findMany({
    where: alive(userId, idleTtlSeconds),
    select: {
      id: true,
      strategy: true,
      createdAt: true,
      lastSeenAt: true,
      expiresAt: true,
      userAgent: true,
      address: true,
    },
    orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }],
    take: 200,
  })
}

/** Forgets sign-ins that have been over for so long that no token of theirs can be valid. */
export async function sweepSessions(db: BankDatabase, accessTokenTtlSeconds: number): Promise<number> {
  const before = new Date(Date.now() - (accessTokenTtlSeconds + SWEEP_AFTER_SECONDS) * 1000)
  return (await db.session.deleteMany({ where: { expiresAt: { lt: before } } })).count
}

/** Beyond the longest life of a token, an hour for clocks and for whoever looks into what happened. */
const SWEEP_AFTER_SECONDS = 3_600
