import type { BankDatabase, Prisma } from '@signet/bank-database'
import type { Transaction } from '../ledger/store.js'
import type { Confirmation, Destination, RETIREMENT } from './rules.js'

export const PARTY = { id: true, name: true, number: true, currency: true, userId: true } as const
export type Party = Readonly<Prisma.AccountGetPayload<{ select: typeof PARTY }>>

/** Finds an account of this user; null for an unknown account and for one of another user. */
export async function findOwnAccount(db: BankDatabase, userId: string, id: string): Promise<Party | null> {
  return db.account.findFirst({ where: { id, userId }, select: PARTY })
}

/** Finds an account of any customer. */
export async function findDestination(db: BankDatabase, where: Exclude<Destination, typeof RETIREMENT>) {
  return db.account.findUnique({ where, select: PARTY })
}

export type StoredTransfer = NonNullable<ReturnType<typeof asRequested>>
/** The fields of a customer's transfer that never change. `to` is null for a transfer to retirement. */
export type Transfer = Omit<StoredTransfer, 'userId' | 'sender' | 'confirmedBy' | 'delivery'>

const TRANSFER = {
  id: true,
  kind: true,
  userId: true,
  from: { select: { name: true, number: true, user: { select: { name: true } } } },
  to: { select: { name: true, number: true } },
  amountMinor: true,
  currency: true,
  memo: true,
  createdAt: true,
  passwordConfirmed: true,
  confirmedBy: true,
  deposit: { select: { settledAt: true, tries: true, lastProblem: true, refused: true, nextTryAt: true } },
} as const

type TransferRow = Prisma.TransferGetPayload<{ select: typeof TRANSFER }>

/** Returns null for an unknown transfer, for one of the bank itself, and for one between accounts of others. */
export async function findTransfer(db: BankDatabase, userId: string, id: string): Promise<StoredTransfer | null> {
  const row = await db.transfer.findFirst({
    where: { id, OR: [{ userId }, { userId: { not: null }, to: { userId } }] },
    select: TRANSFER,
  })
  return row && asRequested(row)
}

function asRequested({ kind, userId, from, deposit, passwordConfirmed, ...row }: TransferRow) {
  if (kind === 'opening' || kind === 'outside' || userId === null || !from) return null
  return {
    ...row,
    kind,
    userId,
    from: { name: from.name, number: from.number },
    sender: from.user.name,
    // Transfers of before the column say only whether.
    confirmedBy: (row.confirmedBy ?? (passwordConfirmed ? 'password' : null)) as Confirmation | null,
    delivery: deposit,
  }
}

/** Lists this customer's pending deposits, oldest first. Few are pending, so it reads from those. */
export async function listPending(db: BankDatabase, userId: string): Promise<StoredTransfer[]> {
  const rows = await db.depositOutbox.findMany({
    where: { settledAt: null, userId },
    select: { transfer: { select: TRANSFER } },
    orderBy: { transfer: { createdAt: 'asc' } },
    take: 50,
  })
  return rows.map(({ transfer }) => asRequested(transfer)).filter((transfer) => transfer !== null)
}

export async function findEarlier(db: BankDatabase, userId: string, key: string) {
  const found = await db.idempotencyKey.findUnique({
    where: { userId_key: { userId, key } },
    select: { requestHash: true, transfer: { select: TRANSFER } },
  })
  const transfer = found && asRequested(found.transfer)
  return found && transfer && { requestHash: found.requestHash, transfer }
}

/** Claims a key. Returns false when it is in use. A concurrent request with the same key waits until the first one ends. */
export async function takeKey(
  transaction: Transaction,
  key: { readonly userId: string; readonly key: string; readonly requestHash: string; readonly transferId: string },
): Promise<boolean> {
  const data = [{ userId: key.userId, key: key.key, requestHash: key.requestHash, transferId: key.transferId }]
  const { count } = await transaction.idempotencyKey.createMany({ data, skipDuplicates: true })
  return count === 1
}

/** Sums what counts towards the step-up limit, for the review page. The transfer itself is decided under locks. */
export async function sumSentWithoutPassword(db: BankDatabase, userId: string, since: Date): Promise<bigint> {
  const { _sum } = await db.transfer.aggregate({
    where: { userId, kind: { in: ['customer', 'retirement'] }, passwordConfirmed: false, createdAt: { gt: since } },
    _sum: { amountMinor: true },
  })
  return _sum.amountMinor ?? 0n
}

/** Deletes keys that are older. Transfers stay. */
export async function sweepKeys(db: BankDatabase, before: Date): Promise<number> {
  const { count } = await db.idempotencyKey.deleteMany({ where: { createdAt: { lt: before } } })
  return count
}
