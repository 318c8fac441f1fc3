import { randomUUID } from 'node:crypto'
import { USD } from '@signet/contracts'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { lockForTransaction } from '@signet/database'
import type { Prisma, PrismaClient } from './generated/client.js'
import { type Household, nextStandingOrderOn, statementOf } from './seed-history.js'
import { ledgerRowsOf } from './seed-ledger.js'

export interface SeedOptions {
  /** Hashes a password as the bank does. Called before the transaction, which must not stay open meanwhile. */
  readonly hashPassword: (password: string) => Promise<string>
  /** End of the generated history. Default: now. */
  readonly now?: Date
}

/** Key of the advisory lock. Every seeding run must use the same. */
const SEED_LOCK = 743_118_202n
/** On a slow machine a year of entries takes longer than Prisma's default limit of five seconds. */
const SEED_LIMITS = { maxWait: 30_000, timeout: 30_000 }

const HOUSEHOLDS: Record<keyof typeof DEMO_USERS, Household & { checking: string; savings: string }> = {
  ada: {
    seed: 1815,
    checking: '4821-0937-55',
    savings: '4821-0937-63',
    salary: { employer: 'Analytical Engines Ltd', amountMinor: 585_000 },
    rentMinor: 184_500,
    standingOrderMinor: 120_000,
    openingMinor: { checking: 321_450, savings: 840_000 },
  },
  grace: {
    seed: 1906,
    checking: '7350-1142-08',
    savings: '7350-1142-16',
    salary: { employer: 'Naval Reserve Computing', amountMinor: 642_000 },
    rentMinor: 211_000,
    standingOrderMinor: 150_000,
    openingMinor: { checking: 410_220, savings: 1_325_000 },
  },
}

/** Opening balance of a new customer in a demo. */
const OPENING_BALANCE_MINOR = 500_000n

/** Sets the opening balance of new customers, which is 0 without the demo. The service's role cannot change it. */
export async function setOpeningBalance(database: PrismaClient, { demo }: { readonly demo: boolean }): Promise<void> {
  await database.ledgerSettings.updateMany({ data: { openingBalanceMinor: demo ? OPENING_BALANCE_MINOR : 0n } })
}

/**
 * Adds the missing demo users, each with two accounts, a year of history and a standing order. Existing users stay unchanged, so
 * it can run at every start and in several processes concurrently.
 */
export async function seedBank(database: PrismaClient, { hashPassword, now = new Date() }: SeedOptions): Promise<void> {
  await setOpeningBalance(database, { demo: true })
  const missing = await findMissing(database)
  if (missing.length === 0) return
  const people = await Promise.all(
    missing.map(async (key) => {
      const { password, ...person } = DEMO_USERS[key]
      return { key, ...person, passwordHash: await hashPassword(password) }
    }),
  )

  await database.$transaction(async (transaction) => {
    // Of two concurrent runs, the second waits here and then finds no missing user.
    await lockForTransaction(transaction, SEED_LOCK)
    const stillMissing = await findMissing(transaction)
    const newcomers = people.filter(({ key }) => stillMissing.includes(key))
    const opened = newcomers.map(({ key, id }) => open(key, id, now))
    const accounts = opened.flatMap(({ accounts }) => accounts)
    const createdAt = new Date(Math.min(...accounts.map((account) => account.createdAt.getTime()), now.getTime()))
    await transaction.user.createMany({ data: newcomers.map(({ key: _, ...user }) => ({ ...user, createdAt })) })
    await transaction.account.createMany({ data: accounts })
    await transaction.transfer.createMany({ data: opened.flatMap(({ transfers }) => transfers) })
    // In order of time, because each entry adds to the balance of its account.
    await transaction.entry.createMany({ data: opened.flatMap(({ entries }) => entries) })
    await transaction.standingOrder.createMany({ data: opened.map(({ standingOrder }) => standingOrder) })
  }, SEED_LIMITS)
}

type DemoKey = keyof typeof DEMO_USERS

async function findMissing(database: Pick<PrismaClient, 'user'>): Promise<DemoKey[]> {
  const keys: DemoKey[] = ['ada', 'grace']
  const found = await database.user.findMany({
    where: {
      OR: [
        { id: { in: keys.map((key) => DEMO_USERS[key].id) } },
        // A customer who registered this username keeps it.
        { username: { in: keys.map((key) => DEMO_USERS[key].username) } },
      ],
    },
    select: { id: true, username: true },
  })
  return keys.filter((key) => {
    const { id, username } = DEMO_USERS[key]
    return !found.some((user) => user.id === id || user.username === username)
  })
}

function open(key: DemoKey, userId: string, now: Date) {
  const household = HOUSEHOLDS[key]
  const statement = statementOf(household, now)
  const account = (kind: 'checking' | 'savings', name: string) => {
    const createdAt = statement[kind][0]?.at ?? now
    return { id: randomUUID(), userId, name, number: household[kind], currency: USD, balanceMinor: 0n, createdAt }
  }
  const checking = account('checking', 'Checking')
  const savings = account('savings', 'Savings')
  const ids = { userId, checking: checking.id, savings: savings.id }
  const firstOn = nextStandingOrderOn(now)
  const standingOrder: Prisma.StandingOrderCreateManyInput = {
    id: randomUUID(),
    userId,
    fromAccountId: checking.id,
    toAccountId: savings.id,
    amountMinor: BigInt(household.standingOrderMinor),
    memo: '',
    rhythm: 'monthly',
    firstOn,
    nextOn: firstOn,
  }
  return { accounts: [checking, savings], standingOrder, ...ledgerRowsOf(statement, ids) }
}
