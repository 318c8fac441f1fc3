import type { RenewableSession, RenewalStore } from '@signet/auth/issuer'
import type { StrategyName } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'

/** @throws when the database is not migrated. */
export const requireTables = (db: BankDatabase): Promise<unknown> => db.$queryRaw`SELECT 1 FROM sessions LIMIT 1`

export interface Person {
  readonly id: string
  readonly username: string
  readonly name: string
}

/** A sign-in, with what its tokens say. */
export interface StoredSession extends RenewableSession {
  readonly person: Person
  readonly authTime: Date
  readonly statusNumber: bigint
}

export interface NewSession {
  readonly id: string
  readonly userId: string
  readonly strategy: StrategyName
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly userAgent: string
  readonly address: string
}

const RENEWABLE = {
  id: true,
  generation: true,
  rotatedAt: true,
  lastSeenAt: true,
  expiresAt: true,
  endedAt: true,
  authTime: true,
  statusNumber: true,
  user: { select: { id: true, username: true, name: true } },
} as const

/** Returns the sign-in's number in the status lists. */
export async function insertSession(db: BankDatabase, session: NewSession): Promise<bigint> {
  const { createdAt } = session
  const data = { ...session, lastSeenAt: createdAt, rotatedAt: createdAt, authTime: createdAt }
  return (await db.session.create({ data, select: { statusNumber: true } })).statusNumber
}

/** Ends sign-ins; ending one again changes nothing. */
export async function endSessions(db: BankDatabase, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db.session.updateMany({ where: { id: { in: [...ids] }, endedAt: null }, data: { endedAt: new Date() } })
}

/** Notes that a sign-in is in use: a session has no renewals that would show it. */
export async function touchSession(db: BankDatabase, id: string): Promise<void> {
  await db.session.updateMany({ where: { id, endedAt: null }, data: { lastSeenAt: new Date() } })
}

/**
 * Notes that the password was typed again now. Null when the sign-in is over: it is not brought back.
 */
export async function touchAuthTime(db: BankDatabase, id: string, now: Date) {
  const { count } = await db.session.updateMany({
    where: { id, endedAt: null, expiresAt: { gt: now } },
    data: { authTime: now, lastSeenAt: now },
  })
  if (count === 0) return null
  return db.session.findUnique({ where: { id }, select: { expiresAt: true, statusNumber: true } })
}

export function renewalStore(db: BankDatabase): RenewalStore<StoredSession> {
  const find = async (sid: string): Promise<StoredSession | null> => {
    const row = await db.session.findUnique({ where: { id: sid }, select: RENEWABLE })
    if (!row) return null
    const { id, user, ...session } = row
    return { sid: id, person: user, ...session }
  }
  return {
    find,
    advance: async (sid, generation, now, seenAfter) => {
      const { count } = await db.session.updateMany({
        where: { id: sid, generation, endedAt: null, expiresAt: { gt: now }, lastSeenAt: { gt: seenAfter } },
        data: { generation: generation + 1, rotatedAt: now, lastSeenAt: now },
      })
      if (count === 0) return null
      // The winner hands out the next generation whatever has happened to the row since.
      const session = await find(sid)
      return session && { ...session, generation: generation + 1 }
    },
    end: (sid) => endSessions(db, [sid]),
  }
}
