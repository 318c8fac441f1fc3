import { randomUUID } from 'node:crypto'
import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase, NoticeKind } from '@signet/bank-database'

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
}

type Transaction = Pick<BankDatabase, 'securityNotice' | 'dismissedNotice' | '$queryRaw' | '$executeRaw'>

const SHOWN = { id: true, kind: true, at: true, userAgent: true, address: true } as const

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
): Promise<string> {
  const [active] = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM sessions WHERE id = ${sessionId}::uuid AND user_id = ${userId}::uuid AND ended_at IS NULL FOR SHARE`
  if (!active) throw new AuthError('token_revoked', 'the session ended meanwhile')
  const id = randomUUID()
  await transaction.securityNotice.create({ data: { id, userId, kind, userAgent, address } })
  return id
}

/** The same for a change that itself has created the session, of which there are no copies: the session does not show the notice. */
export async function addNoticeOfNewSession(
  transaction: Transaction,
  source: NoticeSource,
  kind: NoticeKind,
): Promise<void> {
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

/** Lists the notices of a user, newest first. */
export const listNotices = (db: BankDatabase, userId: string): Promise<SecurityNotice[]> =>
  db.securityNotice.findMany({
    where: { userId },
    select: SHOWN,
    orderBy: [{ at: 'desc' }, { id: 'asc' }],
    take: 20,
  })

/** For this time a notice is shown on every page of the sessions that have not dismissed it, also of later sessions. */
const OPEN_MS = 7 * 86_400_000

/** Lists the notices that a session still has to show, newest first. */
export const listOpenNotices = (
  db: BankDatabase,
  { userId, sid }: { readonly userId: string; readonly sid: string },
  now: Date,
): Promise<SecurityNotice[]> =>
  db.securityNotice.findMany({
    where: { userId, at: { gt: new Date(now.getTime() - OPEN_MS) }, dismissed: { none: { sessionId: sid } } },
    select: SHOWN,
    orderBy: [{ at: 'desc' }, { id: 'asc' }],
    take: 3,
  })

/** Dismisses a user's notices in one session, as far as they exist. Dismissing one again changes nothing. */
export async function dismissNotices(
  db: BankDatabase,
  { userId, sid }: { readonly userId: string; readonly sid: string },
  ids: readonly string[],
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO dismissed_notices (session_id, notice_id)
    SELECT sessions.id, security_notices.id FROM sessions JOIN security_notices USING (user_id)
    WHERE sessions.id = ${sid}::uuid AND user_id = ${userId}::uuid AND security_notices.id = ANY(${[...ids]}::uuid[])
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
