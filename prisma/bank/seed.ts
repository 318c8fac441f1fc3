import { randomUUID } from 'node:crypto'
import { USD } from '@signet/contracts'
import { DEMO_PEOPLE } from '@signet/contracts/demo-people'
import { lockForTransaction } from '@signet/database'
import type { PrismaClient } from './generated/client.js'
import { type Household, statementOf } from './seed-history.js'
import { ledgerRowsOf } from './seed-ledger.js'

export interface SeedOptions {
  /** How the bank stores passwords. Called before the transaction, which must not stay open for as long as it takes. */
  readonly hashPassword: (password: string) => Promise<string>
  /** The history ends here. Default: now. */
  readonly now?: Date
}

/** Any number, as long as every seeding run uses it. */
const SEED_LOCK = 743_118_202n
/** On a slow machine a year of entries takes longer than the five seconds that a transaction may last by default. */
const SEED_LIMITS = { maxWait: 30_000, timeout: 30_000 }

const HOUSEHOLDS: Record<keyof typeof DEMO_PEOPLE, Household & { checking: string; savings: string }> = {
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

/** What a new customer begins with in a demo. */
const OPENING_BALANCE_MINOR = 500_000n

/** Decides whether new customers begin with money: they do in a demo. The service itself cannot change it. */
export async function setOpeningBalance(database: PrismaClient, { demo }: { readonly demo: boolean }): Promise<void> {
  await database.ledgerSettings.updateMany({ data: { openingBalanceMinor: demo ? OPENING_BALANCE_MINOR : 0n } })
}

/**
 * Gives the demo's people an account each for checking and for savings, with a year behind them. Whoever is there
 * already is left as they are, so it can run at every start, and in several processes at once.
 */
export async function seedBank(database: PrismaClient, { hashPassword, now = new Date() }: SeedOptions): Promise<void> {
  await setOpeningBalance(database, { demo: true })
  const missing = await findMissing(database)
  if (missing.length === 0) return
  const people = await Promise.all(
    missing.map(async (key) => {
      const { password, ...person } = DEMO_PEOPLE[key]
      return { key, ...person, passwordHash: await hashPassword(password) }
    }),
  )

  await database.$transaction(async (transaction) => {
    // Of two that seed at once, the second waits here and then finds everybody there.
    await lockForTransaction(transaction, SEED_LOCK)
    const stillMissing = await findMissing(transaction)
    const newcomers = people.filter(({ key }) => stillMissing.includes(key))
    const opened = newcomers.map(({ key, id }) => open(key, id, now))
    const accounts = opened.flatMap(({ accounts }) => accounts)
    const createdAt = new Date(Math.min(...accounts.map((account) => account.createdAt.getTime()), now.getTime()))
    await transaction.user.createMany({ data: newcomers.map(({ key: _, ...user }) => ({ ...user, createdAt })) })
    await transaction.account.createMany({ data: accounts })
    await transaction.transfer.createMany({ data: opened.flatMap(({ transfers }) => transfers) })
    // One after the other in the order of time: each adds to the balance of its account.
    await transaction.entry.createMany({ data: opened.flatMap(({ entries }) => entries) })
  }, SEED_LIMITS)
}

type DemoKey = keyof typeof DEMO_PEOPLE

async function findMissing(database: Pick<PrismaClient, 'user'>): Promise<DemoKey[]> {
  const keys: DemoKey[] = ['ada', 'grace']
  const found = await database.user.findMany({
    where: {
      OR: [
        { id: { in: keys.map((key) => DEMO_PEOPLE[key].id) } },
        // Taken by somebody who registered it: theirs.
        { username: { in: keys.map((key) => DEMO_PEOPLE[key].username) } },
      ],
    },
    select: { id: true, username: true },
  })
  return keys.filter((key) => {
    const { id, username } = DEMO_PEOPLE[key]
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
  return { accounts: [checking, savings], ...ledgerRowsOf(statement, ids) }
}
