import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type BankDatabase, createBankDatabase } from '@signet/bank-database'
import { openTestDatabase, type TestDatabase } from '@signet/testing'
import Fastify from 'fastify'
import { openAccount } from '../../src/ledger/store.js'
import { payDueOrders } from '../../src/standing-orders/pay.js'
import { isoDate, type Rhythm } from '../../src/standing-orders/rules.js'
import { cancelOrder, createOrder, listOrders } from '../../src/standing-orders/store.js'
import { sumSentWithoutPassword } from '../../src/transfers/store.js'
import { ada, DEMO_BANK, grace } from '../support.js'

let database: TestDatabase
/** Of two processes of a bank whose own clock pays nothing. */
let db: BankDatabase
let other: BankDatabase
before(async () => {
  database = await openTestDatabase(DEMO_BANK)
  db = createBankDatabase(database.url)
  other = createBankDatabase(database.url)
  await db.standingOrder.updateMany({ data: { canceledAt: new Date() } })
})
after(async () => {
  await db.$disconnect()
  await other.$disconnect()
  await database.remove()
})

const lines: string[] = []
const { log } = Fastify({ logger: { level: 'info', stream: { write: (line: string) => lines.push(line) } } })
let deposits = 0
const onDeposit = () => {
  deposits += 1
}
const pay = (day: string, process = db, closedUserIds: readonly string[] = []) =>
  payDueOrders({ db: process, closedUserIds, log, onDeposit }, new Date(`${day}T12:00:00Z`))

interface Pair {
  readonly userId: string
  readonly from: string
  readonly to: string
}

let numbers = 0

/** A new customer with two accounts, of which the first has money from Ada. */
async function newPair(amountMinor: bigint): Promise<Pair> {
  const [userId, from, to] = [randomUUID(), randomUUID(), randomUUID()]
  await db.user.create({ data: { id: userId, username: `o-${userId.slice(0, 8)}`, name: 'Test', passwordHash: 'x' } })
  for (const [id, name] of [
    [from, 'Checking'],
    [to, 'Savings'],
  ] as const) {
    numbers += 1
    await openAccount(db, { id, userId, name, number: `5000-0000-${10 + numbers}`, currency: 'USD' })
  }
  if (amountMinor > 0n) await give(from, amountMinor)
  return { userId, from, to }
}

async function give(toAccountId: string, amountMinor: bigint): Promise<void> {
  const payer = await db.account.findFirstOrThrow({ where: { userId: ada.id, name: 'Savings' } })
  await db.$queryRaw`SELECT post_transfer(${randomUUID()}::uuid, ${ada.id}::uuid, ${payer.id}::uuid, ${toAccountId}::uuid,
    ${amountMinor}::bigint, '', 'to', 'from', true, 'r', NULL, NULL)`
}

interface Changes {
  readonly amountMinor?: bigint
  readonly rhythm?: Rhythm
  readonly toAccountId?: string | null
  readonly confirmedBy?: 'password' | null
}

async function newOrder({ userId, from, to }: Pair, first: string, changes: Changes = {}): Promise<string> {
  const { confirmedBy = null, ...others } = changes
  const id = randomUUID()
  const order = { id, userId, fromAccountId: from, toAccountId: to, amountMinor: 1_000n, memo: '' }
  await createOrder(db, { ...order, rhythm: 'monthly', firstOn: new Date(first), ...others }, async () => confirmedBy)
  return id
}

const balanceOf = async (id: string) => (await db.account.findUniqueOrThrow({ where: { id } })).balanceMinor

async function paymentsOf(orderId: string) {
  const rows = await db.standingOrderPayment.findMany({ where: { orderId }, orderBy: { dueOn: 'asc' } })
  return rows.map(({ dueOn, transferId }) => [isoDate(dueOn), transferId === null ? 'not paid' : 'paid'])
}

describe('a standing order', () => {
  test('is paid on its date and not before, once, with the same amount again on the next date', async () => {
    const pair = await newPair(5_000n)
    const id = await newOrder(pair, '2030-01-31')
    await pay('2030-01-30')
    assert.deepEqual(await paymentsOf(id), [])
    await pay('2030-01-31')
    await pay('2030-01-31')
    await pay('2030-02-27')
    assert.deepEqual(await paymentsOf(id), [['2030-01-31', 'paid']])
    assert.deepEqual([await balanceOf(pair.from), await balanceOf(pair.to)], [4_000n, 1_000n])
    await pay('2030-02-28')
    assert.deepEqual(await paymentsOf(id), [
      ['2030-01-31', 'paid'],
      ['2030-02-28', 'paid'],
    ])
    const [order] = await listOrders(db, pair.userId)
    assert.equal(order && isoDate(order.nextOn), '2030-03-31')
    const memos = await db.entry.findMany({
      where: { accountId: { in: [pair.from, pair.to] } },
      select: { memo: true },
    })
    assert.equal(memos.filter(({ memo }) => memo === 'Standing order').length, 4)
  })

  test('catches up after an outage: each missed date once', async () => {
    const pair = await newPair(5_000n)
    const id = await newOrder(pair, '2030-03-01', { rhythm: 'weekly' })
    await pay('2030-03-20')
    await pay('2030-03-20')
    assert.deepEqual(await paymentsOf(id), [
      ['2030-03-01', 'paid'],
      ['2030-03-08', 'paid'],
      ['2030-03-15', 'paid'],
    ])
    assert.equal(await balanceOf(pair.to), 3_000n)
  })

  test('without enough money is not paid on that date, and goes on', async () => {
    const pair = await newPair(1_500n)
    const id = await newOrder(pair, '2030-04-10')
    await pay('2030-05-10')
    assert.deepEqual(await paymentsOf(id), [
      ['2030-04-10', 'paid'],
      ['2030-05-10', 'not paid'],
    ])
    assert.equal(await balanceOf(pair.from), 500n)
    await give(pair.from, 500n)
    await pay('2030-05-31')
    assert.equal(await balanceOf(pair.from), 1_000n, 'a missed date is not tried again')
    await pay('2030-06-10')
    assert.deepEqual((await paymentsOf(id)).at(-1), ['2030-06-10', 'paid'])
    assert.equal(await balanceOf(pair.from), 0n)
  })

  test('is not paid once it is canceled', async () => {
    const pair = await newPair(5_000n)
    const id = await newOrder(pair, '2030-07-01')
    assert.equal(await cancelOrder(db, pair.userId, id, new Date()), true)
    await pay('2030-08-01')
    assert.deepEqual(await paymentsOf(id), [])
    assert.equal(await balanceOf(pair.from), 5_000n)
  })

  test('of a user without access is not paid', async () => {
    const pair = await newPair(5_000n)
    const id = await newOrder(pair, '2030-08-05')
    await pay('2030-08-05', db, [pair.userId])
    assert.deepEqual(await paymentsOf(id), [])
    await pay('2030-08-05')
    assert.deepEqual(await paymentsOf(id), [['2030-08-05', 'paid']])
  })

  test('is paid once by several processes at once', async () => {
    const orders = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const pair = await newPair(5_000n)
        return { pair, id: await newOrder(pair, '2030-09-01', { rhythm: 'weekly' }) }
      }),
    )
    await Promise.all([db, other, db, other].map((process) => pay('2030-09-08', process)))
    for (const { pair, id } of orders) {
      assert.deepEqual(await paymentsOf(id), [
        ['2030-09-01', 'paid'],
        ['2030-09-08', 'paid'],
      ])
      assert.equal(await balanceOf(pair.to), 2_000n)
      const transfers = await db.transfer.count({ where: { userId: pair.userId } })
      assert.equal(transfers, 2)
    }
  })

  test('that another process holds is skipped without waiting', async () => {
    const [held, free] = [await newPair(5_000n), await newPair(5_000n)]
    const id = await newOrder(held, '2030-09-20')
    await newOrder(free, '2030-09-20')
    await other.$transaction(async (transaction) => {
      await transaction.$queryRaw`SELECT 1 FROM standing_orders WHERE id = ${id}::uuid FOR UPDATE`
      await pay('2030-09-20')
      assert.deepEqual([await balanceOf(held.to), await balanceOf(free.to)], [0n, 1_000n])
    })
    await pay('2030-09-20')
    assert.equal(await balanceOf(held.to), 1_000n)
  })

  test('that fails moves nothing, stays due and does not delay others', async () => {
    const [pair, next] = [await newPair(5_000n), await newPair(5_000n)]
    const id = await newOrder(pair, '2030-10-01')
    await newOrder(next, '2030-10-01')
    // The date was paid before, by a process that did not save the next date.
    await db.standingOrderPayment.create({ data: { orderId: id, dueOn: new Date('2030-10-01') } })
    lines.length = 0
    await pay('2030-10-01')
    assert.deepEqual([await balanceOf(pair.from), await balanceOf(next.from)], [5_000n, 4_000n])
    assert.ok(lines.some((line) => line.includes('could not pay a standing order') && line.includes(id)))
    await cancelOrder(db, pair.userId, id, new Date())
  })

  test('to retirement is a deposit, and what confirmed the order confirms its transfers', async () => {
    const pair = await newPair(5_000n)
    const foreign = await db.account.findFirstOrThrow({ where: { userId: grace.id } })
    const orders = { confirmedBy: 'password', rhythm: 'weekly' } as const
    await newOrder(pair, '2030-11-01', { ...orders, toAccountId: null })
    await newOrder(pair, '2030-11-01', { ...orders, toAccountId: foreign.id })
    deposits = 0
    await pay('2030-11-01')
    const transfers = await db.transfer.findMany({ where: { userId: pair.userId }, orderBy: { kind: 'asc' } })
    assert.deepEqual(
      transfers.map(({ kind, confirmedBy }) => [kind, confirmedBy]),
      [
        ['customer', 'password'],
        ['retirement', 'password'],
      ],
    )
    assert.equal(deposits, 1)
    assert.equal(await db.depositOutbox.count({ where: { userId: pair.userId } }), 1)
    assert.equal(await sumSentWithoutPassword(db, pair.userId, new Date(0)), 0n)
  })
})
