import { setTimeout as wait } from 'node:timers/promises'
import { isRevoked, type OwnStatusLists, statusBits, statusListSource, statusListVersion } from '@signet/auth/issuer'
import { STATUS_LIST_SIZE, type StatusListVersion } from '@signet/auth/verifier'
import { type BankDatabase, Prisma } from '@signet/bank-database'

interface KeptList {
  version: StatusListVersion
  readonly loadedAtMs: number
}

/** Where a reading stood: everything that earlier transactions did was visible, or never will be. */
interface Position {
  /** The oldest transaction that was still open. */
  readonly transaction: bigint
  /** Which server was read. Another one, after a failover or a restore, counts its transactions anew. */
  readonly server: string
}

/** A list is read whole this often: sessions that were swept leave it, and in the end it is dropped. */
const RELOAD_MS = 600_000
/** Readings of what was revoked begin at least this far apart, however many verifiers request however many lists. */
const SPACING_MS = 20

const SIZE = BigInt(STATUS_LIST_SIZE)

/**
 * The status lists as the database has them now: what was committed before a request is in its response. A list is read
 * whole when it is first requested. From then on one query tells what was revoked in all of them since, and concurrent
 * requests share it. A list whose every session was swept is dropped (null).
 */
export function statusListStore(db: BankDatabase): OwnStatusLists {
  const kept = new Map<string, KeptList>()
  /** Of the reading that all kept lists are at least as new as. Undefined while none is kept. */
  let position: Position | undefined
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  let beganAtMs = 0

  function startOver(): void {
    kept.clear()
    position = undefined
  }

  async function load(id: string): Promise<KeptList | undefined> {
    const first = BigInt(id) * SIZE
    const { indices, lastAtMs, readAt } = await findEnded(db, first)
    if (indices.length === 0 && !(await hasSignIns(db, first))) {
      kept.delete(id)
      return undefined
    }
    if (position && position.server !== readAt.server) startOver()
    if (!position || readAt.transaction < position.transaction) position = readAt
    const list = { version: statusListVersion(statusBits(indices), lastAtMs), loadedAtMs: Date.now() }
    kept.set(id, list)
    return list
  }

  async function readEndedSince(since: Position): Promise<void> {
    const { readAt, lists } = await findEndedSince(db, since.transaction)
    if (readAt.server !== since.server || readAt.transaction < since.transaction) return startOver()
    for (const { id, indices, lastAtMs } of lists) {
      const list = kept.get(id)
      if (list) list.version = withEnded(list.version, indices, lastAtMs)
    }
    position = readAt
  }

  /** A reading that begins after this call: the one that is running may not see what was committed just now. */
  function readAfresh(): Promise<void> {
    next ??= running
      .catch(() => {})
      .then(async () => {
        const earlyMs = beganAtMs + SPACING_MS - performance.now()
        // A timer leaves out fractions of a millisecond, and would be early.
        if (earlyMs > 0) await wait(Math.ceil(earlyMs))
        beganAtMs = performance.now()
        next = undefined
        if (!position) return
        running = readEndedSince(position)
        await running
      })
    return next
  }

  const freshList = (id: string): KeptList | undefined => {
    const list = kept.get(id)
    return list && Date.now() - list.loadedAtMs <= RELOAD_MS ? list : undefined
  }

  async function newest(id: string): Promise<StatusListVersion | null> {
    if (freshList(id)) await readAfresh()
    return (freshList(id) ?? (await load(id)))?.version ?? null
  }

  return statusListSource(newest)
}

/** `readAt` of the snapshot that the statement reads. The start of the server tells it from the one that takes its place. */
const READ_AT = Prisma.sql`
  pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS transaction, pg_postmaster_start_time()::text AS server`
/** When the newest session was revoked. A time in the future is one by a clock that was set back since. */
const LAST = Prisma.sql`least(max(ended_at), clock_timestamp()) AS last`

/** All of a list's revoked sessions as one row: a full list has more of them than should be read one by one. */
async function findEnded(db: BankDatabase, first: bigint) {
  const [row] = await db.$queryRaw<[Position & { indices: number[] | null; last: Date | null }]>`
    SELECT array_agg((status_number - ${first})::int) AS indices, ${LAST}, ${READ_AT}
    FROM sessions
    WHERE status_number >= ${first} AND status_number < ${first + SIZE} AND ended_at IS NOT NULL`
  const { indices, last, ...readAt } = row
  return { indices: indices ?? [], lastAtMs: indices === null ? 0 : (last?.getTime() ?? 0), readAt }
}

type EndedRow = Position & { list: bigint | null; indices: number[]; last: Date }

/** A row for each list in which sessions were revoked: there may be thousands of them a second. */
async function findEndedSince(db: BankDatabase, transaction: bigint) {
  const rows = await db.$queryRaw<[EndedRow, ...EndedRow[]]>`
    SELECT ${READ_AT}, list, indices, last
    FROM (VALUES (1)) AS one LEFT JOIN (
      SELECT status_number / ${SIZE} AS list, array_agg((status_number % ${SIZE})::int) AS indices, ${LAST}
      FROM sessions
      WHERE ended_at IS NOT NULL AND (ended_by >= ${transaction} OR ended_by IS NULL)
      GROUP BY 1) AS ended ON true`
  const lists = rows.flatMap(({ list, indices, last }) =>
    list === null ? [] : [{ id: String(list), indices, lastAtMs: last.getTime() }],
  )
  return { readAt: { transaction: rows[0].transaction, server: rows[0].server }, lists }
}

async function hasSignIns(db: BankDatabase, first: bigint): Promise<boolean> {
  const statusNumber = { gte: first, lt: first + SIZE }
  return (await db.session.findFirst({ where: { statusNumber }, select: { id: true } })) !== null
}

function withEnded(version: StatusListVersion, indices: readonly number[], lastAtMs: number): StatusListVersion {
  if (indices.every((idx) => isRevoked(version.bits, idx))) return version
  return statusListVersion(statusBits(indices, version.bits), Math.max(version.changedAtMs, lastAtMs))
}
