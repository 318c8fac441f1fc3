import type { ListedSession, NewSession, SessionStore, SessionUser, StoredSession } from '@signet/auth/issuer'
import { AuthError, type StrategyName } from '@signet/auth/verifier'
import { type BankDatabase, Prisma } from '@signet/bank-database'
import { isUniqueViolation } from '@signet/database'
import { isUuid } from '@signet/service'
import type { Transaction } from '../ledger/store.js'
import { carryDismissedNotices } from '../notices/store.js'
import { lockUser } from '../sign-in-methods/store.js'

/** Rejects when the database is not migrated. */
export const requireTables = (db: BankDatabase): Promise<unknown> => db.$queryRaw`SELECT 1 FROM sessions LIMIT 1`

/** Further work in the transaction that inserts a session. What it throws undoes the session. */
export type WithSession = (transaction: Transaction, session: NewSession) => Promise<void>

/**
 * Keeps sessions in the bank's database. A session ends in the transaction that notifies the other processes: see the trigger on
 * `sessions`.
 *
 * @param closedUserIds users without access: their sessions are not found
 */
export function sessionStore(db: BankDatabase, closedUserIds: readonly string[]): SessionStore {
  const unlessClosed = (session: StoredSession | null) =>
    session && !closedUserIds.includes(session.user.id) ? session : null
  return {
    create: (session, now, work) => {
      const insert = async (transaction: Transaction) => {
        const statusNumber = await insertSession(transaction, session, now)
        await work?.(transaction as never, session)
        return statusNumber
      }
      return (work ? db.$transaction(insert) : insert(db)).catch((error: unknown) => {
        if (isUniqueViolation(error, 'id')) return null
        throw error
      })
    },
    find: async (sid) => unlessClosed(await findSession(db, sid)),
    advance: async (sid, generation, idleTtlSeconds) =>
      unlessClosed(await advanceSession(db, sid, generation, idleTtlSeconds)),
    end: (ids, userId) => endSessions(db, ids, userId),
    // The user is locked, so that concurrent calls wait for each other. The second one finds its session revoked.
    replaceAll: (ownId, session, now, work) =>
      db.$transaction(async (transaction) => {
        const { userId } = session
        await lockUser(transaction, userId)
        const active = await transaction.$queryRaw<{ id: string; statusNumber: bigint }[]>`
          SELECT id, status_number AS "statusNumber" FROM sessions
          WHERE user_id = ${userId}::uuid AND ended_at IS NULL ORDER BY id FOR UPDATE`
        if (!active.some(({ id }) => id === ownId)) return null
        const ids = active.map(({ id }) => id)
        await transaction.session.updateMany({ where: { id: { in: ids } }, data: { endedAt: now } })
        const statusNumber = await insertSession(transaction, session, now)
        await carryDismissedNotices(transaction, { from: ownId, to: session.id })
        await work?.(transaction as never, session)
        return { statusNumber, ended: active.map((ended) => ended.statusNumber) }
      }),
    list: (userId, idleTtlSeconds) => listSessions(db, userId, idleTtlSeconds),
  }
}

type Sessions = Pick<BankDatabase, 'session'>

/** Returns the session's number in the status lists. */
export async function insertSession(db: Sessions, session: NewSession, now: Date): Promise<bigint> {
  const data = { ...session, createdAt: now, lastSeenAt: now, rotatedAt: now, previouslyRotatedAt: now }
  return (await db.session.create({ data, select: { statusNumber: true } })).statusNumber
}

async function endSessions(db: BankDatabase, ids: readonly string[], userId?: string): Promise<readonly bigint[]> {
  if (userId !== undefined) requireUuid(userId)
  const where = { id: { in: [...ids] }, ...(userId === undefined ? {} : { userId }) }
  await db.session.updateMany({ where: { ...where, endedAt: null }, data: { endedAt: new Date() } })
  const ended = await db.session.findMany({
    where: { ...where, endedAt: { not: null } },
    select: { statusNumber: true },
  })
  return ended.map(({ statusNumber }) => statusNumber)
}

/** @throws {AuthError} `token_claims_invalid`: with a shared secret, others than the bank can sign too */
function requireUuid(userId: string): void {
  if (!isUuid(userId)) throw new AuthError('token_claims_invalid', 'an id that is no UUID')
}

/**
 * Lists sessions that may be active. Only the store knows whether another app uses a shared session, so the list contains
 * it until it expires, and the user can revoke it.
 */
async function listSessions(db: BankDatabase, userId: string, idleTtlSeconds: number): Promise<ListedSession[]> {
  requireUuid(userId)
  const now = new Date()
  const seenAfter = new Date(now.getTime() - idleTtlSeconds * 1000)
  const inUse = [{ lastSeenAt: { gt: seenAfter } }, { strategy: 'shared-session' satisfies StrategyName }]
  return db.session.findMany({
    where: { userId, endedAt: null, expiresAt: { gt: now }, OR: inUse },
    orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }],
    take: 200,
  })
}

/** Revokes all sessions of some users. Every service refuses their tokens by the status lists. */
export async function revokeSessionsOfUsers(db: BankDatabase, userIds: readonly string[], now: Date): Promise<void> {
  if (userIds.length === 0) return
  await db.session.updateMany({ where: { userId: { in: [...userIds] }, endedAt: null }, data: { endedAt: now } })
}

/** Saves the last use of a session. Session strategies have no renewals that would show it. */
export async function touchSession(db: BankDatabase, id: string): Promise<void> {
  const now = new Date()
  await db.session.updateMany({ where: { id, endedAt: null, expiresAt: { gt: now } }, data: { lastSeenAt: now } })
}

/** Deletes sessions that ended so long ago that none of their tokens can be valid. */
export async function sweepSessions(db: BankDatabase, accessTokenTtlSeconds: number, now: Date): Promise<number> {
  const before = new Date(now.getTime() - (accessTokenTtlSeconds + SWEEP_AFTER_SECONDS) * 1000)
  return (await db.session.deleteMany({ where: { expiresAt: { lt: before } } })).count
}

/** Kept for one hour beyond the longest token lifetime, for clock differences and investigations. */
const SWEEP_AFTER_SECONDS = 3_600

type SessionRow = Omit<StoredSession, 'user'> & SessionUser

const ROW = Prisma.sql`
  s.id AS sid, generation, rotated_at AS "rotatedAt", previously_rotated_at AS "previouslyRotatedAt",
  last_seen_at AS "lastSeenAt", expires_at AS "expiresAt", ended_at AS "endedAt", clock_timestamp() AS "readAt",
  auth_time AS "authTime", amr, status_number AS "statusNumber", users.id, username, name`

const toSession = ([row]: SessionRow[]): StoredSession | null => {
  if (!row) return null
  const { id, username, name, ...session } = row
  return { ...session, user: { id, username, name } }
}

export async function findSession(db: BankDatabase, sid: string): Promise<StoredSession | null> {
  return toSession(
    await db.$queryRaw`SELECT ${ROW} FROM sessions s JOIN users ON users.id = user_id WHERE s.id = ${sid}::uuid`,
  )
}

/** One conditional update decides which of several requests rotates. */
async function advanceSession(db: BankDatabase, sid: string, generation: number, idleTtlSeconds: number) {
  return toSession(
    await db.$queryRaw`
      WITH s AS (
        UPDATE sessions
        SET generation = generation + 1, previously_rotated_at = rotated_at, rotated_at = now(), last_seen_at = now()
        WHERE id = ${sid}::uuid AND generation = ${generation} AND ended_at IS NULL AND expires_at > now()
          AND last_seen_at > now() - make_interval(secs => ${idleTtlSeconds})
        RETURNING *)
      SELECT ${ROW} FROM s JOIN users ON users.id = user_id`,
  )
}
