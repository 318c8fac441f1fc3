import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { isRevoked, statusBits } from '@signet/auth/issuer'
import { STATUS_LIST_SIZE, type StatusListSource, type StatusListVersion } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'

interface KeptList {
  version: StatusListVersion
  readonly loadedAtMs: number
}

/** A list is read whole this often: sign-ins that were swept up leave it, and in the end it is given up. */
const RELOAD_MS = 600_000
/** How far back is looked for what has ended since: a sign-in may be committed as ended after a later one. */
const OVERLAP_MS = 5_000
/** Readings of what has ended begin at least this far apart, however many verifiers ask for however many lists. */
const SPACING_MS = 20

const SIZE = BigInt(STATUS_LIST_SIZE)

/**
 * The status lists as the database has them now. A list is read whole when it is first asked for; from then on one
 * query tells what has ended in all of them since, and however many ask at once share it. A list whose every sign-in
 * has been swept up is gone (null), so lists are not kept for ever.
 */
export function statusListStore(db: BankDatabase): StatusListSource {
  const kept = new Map<string, KeptList>()
  /** By the database's clock, as everything that has ended is stamped by it. */
  let readUntilMs = Number.POSITIVE_INFINITY
  let reading: Promise<void> | undefined
  let beganAtMs = 0

  async function load(id: string): Promise<KeptList | undefined> {
    const first = BigInt(id) * SIZE
    const { indices, lastAtMs, nowMs } = await findEnded(db, first)
    if (indices.length === 0 && !(await hasSignIns(db, first))) {
      kept.delete(id)
      return undefined
    }
    readUntilMs = Math.min(readUntilMs, nowMs)
    const list = { version: versionOf(statusBits(indices), lastAtMs), loadedAtMs: Date.now() }
    kept.set(id, list)
    return list
  }

  async function readEndedSince(): Promise<void> {
    const earlyMs = beganAtMs + SPACING_MS - performance.now()
    // A timer leaves out fractions of a millisecond, and would be early.
    if (earlyMs > 0) await wait(Math.ceil(earlyMs))
    beganAtMs = performance.now()
    for (const { id, indices, lastAtMs } of await findEndedSince(db, new Date(readUntilMs - OVERLAP_MS))) {
      const list = kept.get(id)
      if (list) list.version = withEnded(list.version, indices, lastAtMs)
      readUntilMs = Math.max(readUntilMs, lastAtMs)
    }
  }

  return {
    fetch: async (id, etag) => {
      let list = kept.get(id)
      if (list && Date.now() - list.loadedAtMs <= RELOAD_MS) {
        reading ??= readEndedSince().finally(() => {
          reading = undefined
        })
        await reading
      } else list = await load(id)
      if (!list) return null
      return list.version.etag === etag ? 'unchanged' : list.version
    },
  }
}

/** All of a list's ended sign-ins as one row: a full list has more of them than should be read one by one. */
async function findEnded(db: BankDatabase, first: bigint) {
  const [row] = await db.$queryRaw<[{ indices: number[] | null; last: Date | null; now: Date }]>`
    SELECT array_agg((status_number - ${first})::int) AS indices, max(ended_at) AS last, now() AS now
    FROM sessions
    WHERE status_number >= ${first} AND status_number < ${first + SIZE} AND ended_at IS NOT NULL`
  return { indices: row.indices ?? [], lastAtMs: row.last?.getTime() ?? 0, nowMs: row.now.getTime() }
}

/** A row for each list in which sign-ins have ended: there may be thousands of them a second. */
async function findEndedSince(db: BankDatabase, since: Date) {
  const rows = await db.$queryRaw<{ list: bigint; indices: number[]; last: Date }[]>`
    SELECT status_number / ${SIZE} AS list, array_agg((status_number % ${SIZE})::int) AS indices, max(ended_at) AS last
    FROM sessions
    WHERE ended_at >= ${since}
    GROUP BY 1`
  return rows.map(({ list, indices, last }) => ({ id: String(list), indices, lastAtMs: last.getTime() }))
}

async function hasSignIns(db: BankDatabase, first: bigint): Promise<boolean> {
  const statusNumber = { gte: first, lt: first + SIZE }
  return (await db.session.findFirst({ where: { statusNumber }, select: { id: true } })) !== null
}

function withEnded(version: StatusListVersion, indices: readonly number[], lastAtMs: number): StatusListVersion {
  if (indices.every((idx) => isRevoked(version.bits, idx))) return version
  return versionOf(statusBits(indices, version.bits), Math.max(version.changedAtMs, lastAtMs))
}

function versionOf(bits: Uint8Array, changedAtMs: number): StatusListVersion {
  return { bits, changedAtMs, etag: `"${createHash('sha256').update(bits).digest('base64url')}"` }
}
