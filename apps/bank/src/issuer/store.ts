import { createHash } from 'node:crypto'
import { STATUS_LIST_SIZE, statusBits } from '@signet/auth/issuer'
import type { StatusListSource } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'

/**
 * The status lists as the database has them now: the bits of the sign-ins that have been ended. A list whose every
 * sign-in has been swept up is gone (null), so lists are not kept for ever.
 */
export function statusListStore(db: BankDatabase): StatusListSource {
  return {
    fetch: async (id, etag) => {
      const size = BigInt(STATUS_LIST_SIZE)
      const first = BigInt(id) * size
      const statusNumber = { gte: first, lt: first + size }
      const ended = await db.session.findMany({
        where: { statusNumber, endedAt: { not: null } },
        select: { statusNumber: true, endedAt: true },
      })
      if (ended.length === 0 && !(await db.session.findFirst({ where: { statusNumber }, select: { id: true } })))
        return null
      const changedAtMs = Math.max(0, ...ended.map(({ endedAt }) => endedAt?.getTime() ?? 0))
      const bits = statusBits(ended.map((session) => Number(session.statusNumber - first)))
      const version = `"${createHash('sha256').update(bits).digest('base64url')}"`
      return version === etag ? 'unchanged' : { bits, etag: version, changedAtMs }
    },
  }
}
