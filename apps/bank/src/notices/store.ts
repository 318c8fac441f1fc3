import { randomUUID } from 'node:crypto'
import { AuthError } from '@signet/auth/verifier'
import { type BankDatabase, type NoticeKind, Prisma } from '@signet/bank-database'

/** The session that caused a notice. */
export interface NoticeSource {
  /** The session's id. */
  readonly id: string
  readonly userId: string
  readonly userAgent: string
  readonly address: string
}

export interface SecurityNotice {
  readonly id: string
  readonly kind: NoticeKind
  readonly at: Date
  readonly userAgent: string
  readonly address: string
  /** As it was then; null for a notice that is not about a passkey. */
  readonly passkeyName: string | null
}

/** The newest of the notices of one kind that a session has not dismissed. */
export interface OpenNotice extends SecurityNotice {
  /** How many notices of the kind there are. */
  readonly times: number
}

type Transaction = Pick<BankDatabase, 'securityNotice' | 'dismissedNotice' | '$queryRaw' | '$executeRaw'>

const SHOWN = Prisma.sql`
  id, kind::text AS kind, at, user_agent AS "userAgent", address, passkey_name AS "passkeyName"`

/**
 * Notifies a user of a change of how they sign in. Call it in the transaction of the change. The session that made the change
 * shows the notice too: a copy of its cookies may have made it.
 *
 * Returns the id of the notice.
 *
 * @throws {AuthError} `token_revoked` when that session is not active, which undoes the change. So neither a session that
 *   another process has just revoked nor a token with an invented session id can leave a way to sign in behind.
 */
export async function addNotice(
  transaction: Transaction,
  { id: sessionId, userId, userAgent, address }: NoticeSource,
  kind: NoticeKind,
  passkeyName: string | null = null,
): Promise<string> {
  const [active] = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM sessions WHERE id = ${sessionId}::uuid AND user_id = ${userId}::uuid AND ended_at IS NULL FOR SHARE`
  if (!active) throw new AuthError('token_revoked', 'the session ended meanwhile')
  const id = randomUUID()
  await transaction.securityNotice.create({ data: { id, userId, kind, userAgent, address, passkeyName } })
  return id
}

/** The same for a change that itself has created the session, of which there are no copies: the session does not show the notice. */
export async function addNoticeOfNewSession(transaction: Transaction, source: NoticeSource, kind: NoticeKind) {
  const noticeId = await addNotice(transaction, source, kind)
  await transaction.dismissedNotice.create({ data: { sessionId: source.id, noticeId } })
}

/** What a session has dismissed stays dismissed in the session that takes its place. */
export async function carryDismissedNotices(
  transaction: Transaction,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await transaction.$executeRaw`
    INSERT INTO dismissed_notices (session_id, notice_id)
    SELECT ${to}::uuid, notice_id FROM dismissed_notices WHERE session_id = ${from}::uuid`
}

/** Lists the five newest notices of each kind, newest first. Many of one kind hide none of another. */
export const listNotices = (db: BankDatabase, userId: string): Promise<SecurityNotice[]> =>
  db.$queryRaw`
    SELECT ${SHOWN} FROM (
      SELECT *, row_number() OVER (PARTITION BY kind ORDER BY at DESC, id) AS place
      FROM security_notices WHERE user_id = ${userId}::uuid) notices
    WHERE place <= 5 ORDER BY at DESC, id`

/** For this time a notice is shown on every page of the sessions that have not dismissed it, also of later sessions. */
const OPEN_MS = 7 * 86_400_000

/** Lists what a session still has to show: the newest notice of each kind with their number, newest first. */
export const listOpenNotices = (
  db: BankDatabase,
  { userId, sid }: { readonly userId: string; readonly sid: string },
  now: Date,
): Promise<OpenNotice[]> =>
  db.$queryRaw`
    SELECT ${SHOWN}, times FROM (
      SELECT *, row_number() OVER (PARTITION BY kind ORDER BY at DESC, id) AS place,
        count(*) OVER (PARTITION BY kind)::int AS times
      FROM security_notices
      WHERE user_id = ${userId}::uuid AND at > ${new Date(now.getTime() - OPEN_MS)}::timestamptz AND NOT EXISTS (
        SELECT FROM dismissed_notices WHERE notice_id = security_notices.id AND session_id = ${sid}::uuid)) notices
    WHERE place = 1 ORDER BY at DESC, id`

/**
 * Dismisses a user's notices in one session, as far as they exist, and the earlier ones of the same kind, which the page counts.
 * Dismissing one again changes nothing.
 */
export async function dismissNotices(
  db: BankDatabase,
  { userId, sid }: { readonly userId: string; readonly sid: string },
  ids: readonly string[],
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO dismissed_notices (session_id, notice_id)
    SELECT sessions.id, earlier.id FROM sessions
    JOIN security_notices shown ON shown.user_id = sessions.user_id
    JOIN security_notices earlier
      ON earlier.user_id = shown.user_id AND earlier.kind = shown.kind AND earlier.at <= shown.at
    WHERE sessions.id = ${sid}::uuid AND sessions.user_id = ${userId}::uuid AND shown.id = ANY(${[...ids]}::uuid[])
    ON CONFLICT DO NOTHING`
}

/** Returns the notices since a time, of every user. */
export const listNoticesSince = (db: BankDatabase, since: Date): Promise<{ id: string; userId: string }[]> =>
  db.securityNotice.findMany({ where: { at: { gt: since } }, select: { id: true, userId: true } })

const KEPT_MS = 400 * 86_400_000

/** Deletes notices that are more than 400 days old. */
export async function sweepNotices(db: BankDatabase, now: Date): Promise<void> {
  await db.securityNotice.deleteMany({ where: { at: { lt: new Date(now.getTime() - KEPT_MS) } } })
}
