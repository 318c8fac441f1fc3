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
 * Selects sessions that may be active. Only the store knows whether another app uses a shared session, so the list contains
 * it until it expires, and the user can revoke it.
 */
const alive = (userId: string, idleTtlSeconds: number) => {
  const now = new Date()
  const seenAfter = new Date(now.getTime() - idleTtlSeconds * 1000)
  const inUse = [{ lastSeenAt: { gt: seenAfter } }, { strategy: 'shared-session' satisfies StrategyName }]
  return { userId, endedAt: null, expiresAt: { gt: now }, OR: inUse }
}

/** Lists a user's active sessions, most recently used first. */
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

/** Deletes sessions that ended so long ago that none of their tokens can be valid. */
export async function sweepSessions(db: BankDatabase, accessTokenTtlSeconds: number, now: Date): Promise<number> {
  const before = new Date(now.getTime() - (accessTokenTtlSeconds + SWEEP_AFTER_SECONDS) * 1000)
  return (await db.session.deleteMany({ where: { expiresAt: { lt: before } } })).count
}

/** Kept for one hour beyond the longest token lifetime, for clock differences and investigations. */
const SWEEP_AFTER_SECONDS = 3_600
