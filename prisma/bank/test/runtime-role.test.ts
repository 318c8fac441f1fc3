import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openTestDatabase, type TestDatabase, until } from '@signet/testing'
import { type BankDatabase, createBankDatabase } from '../index.js'
import { seedBank, setOpeningBalance } from '../seed.js'
import { postOf, refusedStatements } from './refused-statements.js'
import { BANK } from './template.js'

let own: TestDatabase
let owner: BankDatabase
/** Connects as the service does. */
let db: BankDatabase
const customer = randomUUID()
const other = randomUUID()
const checking = randomUUID()
const savings = randomUUID()
const foreign = randomUUID()

before(async () => {
  own = await openTestDatabase(BANK)
  owner = createBankDatabase(own.ownerUrl)
  db = createBankDatabase(own.url)
  await setOpeningBalance(owner, { demo: true })
  for (const [id, username] of [
    [customer, 'customer'],
    [other, 'other'],
  ] as const) {
    await db.user.create({ data: { id, username, name: 'Test', passwordHash: 'x' } })
  }
  for (const [id, userId, number] of [
    [checking, customer, '1111-1111-11'],
    [savings, customer, '2222-2222-22'],
    [foreign, other, '3333-3333-33'],
  ] as const) {
    await run(`SELECT open_account('${id}', '${userId}', 'Account', '${number}', 'USD')`)
  }
  await run(`SELECT grant_opening_balance('${checking}', 'Opening balance')`)
  await run(`SELECT ${post(checking, `'${savings}'`, 1_000)}`)
  await run(`SELECT ${post(checking, 'NULL', 500)}`)
})
after(async () => {
  await db.$disconnect()
  await owner.$disconnect()
  await own.remove()
})

const run = (sql: string) => db.$executeRawUnsafe(sql)
const post = postOf(customer)
/** Returns whether PostgreSQL understood a statement before it refused it: a statement with a mistake proves nothing. */
const isUnderstood = (error: unknown): boolean => !/`(42601|42P01|42703|42704|42883)`/.test(String(error))
/** Reads all data that the runtime role must not change. */
const ledger = async () => [
  await owner.transfer.findMany({ orderBy: { id: 'asc' } }),
  await owner.entry.findMany({ orderBy: { id: 'asc' } }),
  await owner.account.findMany({ orderBy: { id: 'asc' } }),
  await owner.ledgerSettings.findMany(),
]
describe('the runtime role cannot', () => {
  for (const [what, ...statements] of refusedStatements({ customer, other, checking, savings, foreign })) {
    test(what, async () => {
      const before = await ledger()
      for (const statement of statements) await assert.rejects(run(statement), isUnderstood, statement)
      assert.deepEqual(await ledger(), before)
    })
  }

  test('bypass deferred constraints, by deferring them again or by another search_path', async () => {
    const before = await ledger()
    for (const setting of [
      'SET CONSTRAINTS ALL DEFERRED',
      'SET LOCAL search_path = pg_temp',
      "SET LOCAL search_path = ''",
    ]) {
      const id = randomUUID()
      await assert.rejects(
        db.$transaction(async (transaction) => {
          await transaction.$executeRawUnsafe(setting)
          await transaction.$executeRawUnsafe(`SELECT public.${post(checking, `'${foreign}'`, 5, id)}`)
          // The same transfer again, which its unique id refuses.
          await transaction.$executeRawUnsafe(`SELECT public.${post(checking, `'${foreign}'`, 5, id)}`)
        }),
      )
    }
    assert.deepEqual(await ledger(), before)
  })

  test('grant itself a privilege, of which PostgreSQL only warns', async () => {
    await run('GRANT ALL ON entries TO CURRENT_USER')
    await assert.rejects(run('DELETE FROM entries'), /42501/)
  })

  test('own objects or be a member of another role', async () => {
    const owned = await db.$queryRaw`SELECT relname FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')`
    const functions =
      await db.$queryRaw`SELECT proname FROM pg_proc WHERE pg_has_role(current_user, proowner, 'MEMBER')`
    const roles = await db.$queryRaw`SELECT roleid FROM pg_auth_members WHERE member = current_user::regrole`
    assert.deepEqual([owned, functions, roles], [[], [], []])
  })
})

describe('functions of the runtime role', () => {
  test('ignore the caller’s search_path, and only they run as the owner', async () => {
    const definers = await db.$queryRaw<{ name: string; settings: string[] | null; open: boolean }[]>`
      SELECT proname AS name, proconfig AS settings, has_function_privilege('public', oid, 'EXECUTE') AS open
      FROM pg_proc WHERE prosecdef ORDER BY proname`
    const names = [
      'grant_opening_balance',
      'lock_for_transfer',
      'open_account',
      'post_confirmed_transfer',
      'post_transfer',
      'settle_deposit',
    ]
    assert.deepEqual(
      definers.map(({ name }) => name),
      names,
    )
    for (const { name, settings, open } of definers) {
      assert.deepEqual(settings, ['search_path=pg_catalog, public, pg_temp'], name)
      assert.equal(open, false, `${name} is for the role alone`)
    }
  })

  test('derive a transfer from their arguments and post it once', async () => {
    const kinds = await owner.transfer.findMany({ where: { userId: customer }, orderBy: { amountMinor: 'desc' } })
    assert.deepEqual(
      kinds.map(({ kind, amountMinor }) => [kind, amountMinor]),
      [
        ['own', 1_000n],
        ['retirement', 500n],
      ],
    )
    const { transferId } = await owner.depositOutbox.findFirstOrThrow()
    const settle = () => db.$queryRawUnsafe(`SELECT settle_deposit('${transferId}') AS settled`)
    assert.deepEqual([await settle(), await settle()], [[{ settled: true }], [{ settled: false }]])
    const inTransit = await owner.entry.aggregate({
      where: { houseAccount: 'retirement_in_transit' },
      _sum: { amountMinor: true },
    })
    assert.equal(inTransit._sum.amountMinor, 0n)
  })

  test('serialize one customer’s transfers, also from different accounts', async () => {
    const lock = (account: string) =>
      `SELECT sent_without_password AS sent FROM lock_for_transfer('${customer}', '${account}', NULL)`
    const second = createBankDatabase(own.url, { poolSize: 1 })
    const [before] = await db.$queryRawUnsafe<{ sent: bigint }[]>(lock(checking))
    let waiting: Promise<{ sent: bigint }[]> | undefined
    await db.$transaction(async (first) => {
      await first.$queryRawUnsafe(lock(checking))
      await first.$executeRawUnsafe(`SELECT ${post(checking, 'NULL', 20)}`)
      let isDone = false
      waiting = second.$queryRawUnsafe<{ sent: bigint }[]>(lock(savings)).finally(() => {
        isDone = true
      })
      const isBlocked = async () => {
        const locks = await db.$queryRaw<unknown[]>`SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%lock_for_transfer%'`
        return isDone || locks.length > 0
      }
      await until(isBlocked, (blocked) => blocked)
      assert.equal(isDone, false)
    })
    assert.equal((await waiting)?.[0]?.sent, (before?.sent ?? 0n) + 20n, 'and the second sees what the first has sent')
    await second.$disconnect()
  })

  test('grant no opening balance unless the owner has set one', async () => {
    await setOpeningBalance(owner, { demo: false })
    await run(`SELECT grant_opening_balance('${foreign}', 'x')`)
    assert.equal((await db.account.findUniqueOrThrow({ where: { id: foreign } })).balanceMinor, 0n)
    await setOpeningBalance(owner, { demo: true })
  })
})

test('the runtime role can delete expired rows that are not history', async () => {
  const sid = randomUUID()
  await db.session.create({
    data: { id: sid, userId: customer, strategy: 'jwt', expiresAt: new Date(0), userAgent: '', address: '' },
  })
  await db.session.updateMany({ where: { id: sid }, data: { endedAt: new Date() } })
  assert.equal((await db.session.deleteMany({ where: { id: sid } })).count, 1)
  const { id } = await db.transfer.findFirstOrThrow({ where: { userId: customer } })
  await db.idempotencyKey.create({ data: { userId: customer, key: 'k', requestHash: 'x', transferId: id } })
  assert.equal((await db.idempotencyKey.deleteMany({ where: { userId: customer } })).count, 1)
})

test('the runtime role cannot seed the demo', async () => {
  await assert.rejects(seedBank(db, { hashPassword: async () => 'x' }))
})
