import type { RenewableSession, RenewalStore } from '@signet/auth/issuer'
import { AuthError, type StrategyName } from '@signet/auth/verifier'
import { type BankDatabase, Prisma } from '@signet/bank-database'
import type { Transaction } from '../ledger/store.js'
import { carryDismissedNotices } from '../notices/store.js'
import { lockUser } from '../sign-in-methods/store.js'

/** Rejects when the database is not migrated. */
export const requireTables = (db: BankDatabase): Promise<unknown> => db.$queryRaw`SELECT 1 FROM sessions LIMIT 1`

export interface Person {
  readonly id: string
  readonly username: string
  readonly name: string
}

/** A session with the claims of its tokens. */
export interface StoredSession extends RenewableSession {
  readonly person: Person
  /** When the user logged in. */
  readonly authTime: Date
  /** How the user logged in (RFC 8176). */
  readonly amr: string[]
  readonly statusNumber: bigint
}

export interface NewSession {
  readonly id: string
  readonly userId: string
  readonly strategy: StrategyName
  readonly authTime: Date
  readonly amr: string[]
  readonly expiresAt: Date
  readonly userAgent: string
  readonly address: string
}

type Sessions = Pick<BankDatabase, 'session'>

/** Further work in the transaction that inserts a session. What it throws undoes the session. */
export type WithSession = (transaction: Transaction, session: NewSession) => Promise<void>

/** Returns the session's number in the status lists. */
export async function insertSession(db: Sessions, session: NewSession, now: Date): Promise<bigint> {
  const data = { ...session, createdAt: now, lastSeenAt: now, rotatedAt: now, previouslyRotatedAt: now }
  return (await db.session.create({ data, select: { statusNumber: true } })).statusNumber
}

/**
 * Revokes sessions of this user. Revoking one again changes nothing. Returns the status list numbers of all given sessions
 * that have ended, including those that had ended before.
 */
export async function endSessions(
  db: Sessions,
  { ids, userId }: { readonly ids: readonly string[]; readonly userId?: string },
): Promise<readonly bigint[]> {
  if (ids.length === 0) return []
  const where = { id: { in: [...ids] }, ...(userId === undefined ? {} : { userId }) }
  await db.session.updateMany({ where: { ...where, endedAt: null }, data: { endedAt: new Date() } })
  const ended = await db.session.findMany({
    where: { ...where, endedAt: { not: null } },
    select: { statusNumber: true },
  })
  return ended.map(({ statusNumber }) => statusNumber)
}

interface Replacement {
  /** The session of the request. */
  readonly ownId: string
  /** The session that takes its place. */
  readonly session: NewSession
  readonly now: Date
  readonly change?: WithSession | undefined
}

/**
 * Revokes all sessions of a user and inserts a new one in one transaction. Returns the status list numbers of the new
 * session and of the revoked ones.
 *
 * The user is locked, so that concurrent calls wait for each other; the second one finds its session revoked.
 *
 * @throws {AuthError} `token_revoked` when `ownId` is no longer active: an ended session must not create a new one.
 */
export async function replaceSessions(
  db: BankDatabase,
  { ownId, session, now, change }: Replacement,
): Promise<{ statusNumber: bigint; ended: bigint[] }> {
  const { userId } = session
  return db.$transaction(async (transaction) => {
    await lockUser(transaction, userId)
    const active = await transaction.$queryRaw<{ id: string; statusNumber: bigint }[]>`
      SELECT id, status_number AS "statusNumber" FROM sessions
      WHERE user_id = ${userId}::uuid AND ended_at IS NULL ORDER BY id FOR UPDATE`
    if (!active.some(({ id }) => id === ownId)) throw new AuthError('token_revoked', 'the session ended meanwhile')
    await transaction.session.updateMany({
      where: { id: { in: active.map(({ id }) => id) } },
      data: { endedAt: now },
    })
    const statusNumber = await insertSession(transaction, session, now)
    await carryDismissedNotices(transaction, { from: ownId, to: session.id })
    await change?.(transaction, session)
    return { statusNumber, ended: active.map((ended) => ended.statusNumber) }
  })
}

/** Revokes all sessions of some users. Every service refuses their tokens by the status lists. */
export async function revokeSessionsOfUsers(db: BankDatabase, userIds: readonly string[], now: Date): Promise<void> {
  if (userIds.length === 0) return
  await db.session.updateMany({ where: { userId: { in: [...userIds] }, endedAt: null }, data: { endedAt: now } })
}

/** Returns which of these sessions can be renewed now. */
export async function findRenewable(db: BankDatabase, ids: readonly string[], seenAfter: Date): Promise<Set<string>> {
  const rows = await db.session.findMany({
    where: { id: { in: [...ids] }, endedAt: null, expiresAt: { gt: new Date() }, lastSeenAt: { gt: seenAfter } },
    select: { id: true },
  })
  return new Set(rows.map(({ id }) => id))
}

/** Saves the last use of a session. Session strategies have no renewals that would show it. */
export async function touchSession(db: BankDatabase, id: string): Promise<boolean> {
  const now = new Date()
  const where = { id, endedAt: null, expiresAt: { gt: now } }
  return (await db.session.updateMany({ where, data: { lastSeenAt: now } })).count > 0
}

interface SessionRow extends RenewableSession, Person {
  readonly authTime: Date
  readonly amr: string[]
  readonly statusNumber: bigint
}

const ROW = Prisma.sql`
  s.id AS sid, generation, rotated_at AS "rotatedAt", previously_rotated_at AS "previouslyRotatedAt",
  last_seen_at AS "lastSeenAt", expires_at AS "expiresAt", ended_at AS "endedAt", clock_timestamp() AS "readAt",
  auth_time AS "authTime", amr, status_number AS "statusNumber", users.id, username, name`

const toSession = ([row]: SessionRow[]): StoredSession | null => {
  if (!row) return null
  const { id, username, name, ...session } = row
  return { ...session, person: { id, username, name } }
}

export async function findSession(db: BankDatabase, sid: string): Promise<StoredSession | null> {
  return toSession(
    await db.$queryRaw`SELECT ${ROW} FROM sessions s JOIN users ON users.id = user_id WHERE s.id = ${sid}::uuid`,
  )
}

export function renewalStore(db: BankDatabase, end: (sid: string) => Promise<void>): RenewalStore<StoredSession> {
  return {
    find: (sid) => findSession(db, sid),
    advance: async (sid, generation, idleTtlSeconds) =>
      toSession(
        await db.$queryRaw`
          WITH s AS (
            UPDATE sessions
            SET generation = generation + 1, previously_rotated_at = rotated_at, rotated_at = now(), last_seen_at = now()
            WHERE id = ${sid}::uuid AND generation = ${generation} AND ended_at IS NULL AND expires_at > now()
              AND last_seen_at > now() - make_interval(secs => ${idleTtlSeconds})
            RETURNING *)
          SELECT ${ROW} FROM s JOIN users ON users.id = user_id`,
      ),
    end,
  }
}
