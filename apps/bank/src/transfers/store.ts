import type { BankDatabase, Prisma } from '@signet/bank-database'
import type { Destination, RETIREMENT, TransferKind } from './rules.js'

export interface Party {
  readonly id: string
  readonly name: string
  readonly number: string
  readonly currency: string
  readonly userId: string
}

const PARTY = { id: true, name: true, number: true, currency: true, userId: true } as const

/** One's own account; null for one that does not exist and for one that is somebody else's. */
export async function findOwnAccount(db: BankDatabase, userId: string, id: string): Promise<Party | null> {
  return db.account.findFirst({ where: { id, userId }, select: PARTY })
}

/** Anybody's account, by id or by number. */
export async function findDestination(
  db: BankDatabase,
  where: Exclude<Destination, typeof RETIREMENT>,
): Promise<Party | null> {
  return db.account.findUnique({ where, select: PARTY })
}

/** A transfer that a customer ordered, as far as it will never change. */
export interface OrderedTransfer {
  readonly id: string
  readonly kind: TransferKind
  readonly from: { readonly name: string; readonly number: string }
  /** Null where the money went to retirement. */
  readonly to: { readonly name: string; readonly number: string } | null
  readonly amount: bigint
  readonly currency: string
  readonly memo: string
  readonly createdAt: Date
}

/** How far a deposit to retirement has come. */
interface Delivery {
  readonly settledAt: Date | null
  readonly tries: number
  readonly lastProblem: string | null
  readonly refused: boolean
  readonly nextTryAt: Date
}

export interface StoredTransfer extends OrderedTransfer {
  /** Who ordered it. */
  readonly userId: string
  readonly sender: string
  readonly delivery: Delivery | null
}

const TRANSFER = {
  id: true,
  kind: true,
  userId: true,
  from: { select: { name: true, number: true, user: { select: { name: true } } } },
  to: { select: { name: true, number: true } },
  amount: true,
  currency: true,
  memo: true,
  createdAt: true,
  deposit: { select: { settledAt: true, tries: true, lastProblem: true, refused: true, nextTryAt: true } },
} as const

type TransferRow = Prisma.TransferGetPayload<{ select: typeof TRANSFER }>

/** Null for a transfer that is not there, is nobody's order, or neither left nor reached an account of this customer. */
export async function findTransfer(db: BankDatabase, userId: string, id: string): Promise<StoredTransfer | null> {
  const row = await db.transfer.findFirst({
    where: { id, OR: [{ userId }, { userId: { not: null }, to: { userId } }] },
    select: TRANSFER,
  })
  return row && asOrdered(row)
}

function asOrdered({ kind, userId, from, deposit, ...row }: TransferRow): StoredTransfer | null {
  if (kind === 'opening' || kind === 'outside' || userId === null || !from) return null
  return {
    ...row,
    kind,
    userId,
    from: { name: from.name, number: from.number },
    sender: from.user.name,
    delivery: deposit,
  }
}

/** Deposits of this customer that retirement does not hold yet, oldest first: read from what is pending, which is little. */
export async function listPending(db: BankDatabase, userId: string): Promise<StoredTransfer[]> {
  const rows = await db.depositOutbox.findMany({
    where: { settledAt: null, transfer: { userId } },
    select: { transfer: { select: TRANSFER } },
    orderBy: { transfer: { createdAt: 'asc' } },
    take: 50,
  })
  return rows.map(({ transfer }) => asOrdered(transfer)).filter((transfer) => transfer !== null)
}

export interface EarlierOrder {
  readonly orderHash: string
  readonly transfer: StoredTransfer
}

/** What this customer has ordered under this key. */
export async function findEarlier(db: BankDatabase, userId: string, key: string): Promise<EarlierOrder | null> {
  const found = await db.idempotencyKey.findUnique({
    where: { userId_key: { userId, key } },
    select: { orderHash: true, transfer: { select: TRANSFER } },
  })
  const transfer = found && asOrdered(found.transfer)
  return found && transfer && { orderHash: found.orderHash, transfer }
}

/** Forgets keys from before then; the transfers stay. */
export async function sweepKeys(db: BankDatabase, before: Date): Promise<number> {
  const { count } = await db.idempotencyKey.deleteMany({ where: { createdAt: { lt: before } } })
  return count
}
