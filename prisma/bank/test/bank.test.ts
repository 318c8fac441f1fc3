import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { isDatabaseUnavailable, isUniqueViolation, requireReachable } from '@signet/database'
import { openTestDatabase, schemaDrift, type TestDatabase } from '@signet/testing'
import { type BankDatabase, createBankDatabase, schemaFile } from '../index.js'
import { seedBank } from '../seed.js'
import { BANK } from './template.js'

let own: TestDatabase
let url = ''
let database: BankDatabase
let hashed = 0
const hashPassword = async (password: string) => {
  hashed += 1
  return `hash of ${password}`
}
const now = new Date('2026-03-31T10:20:30.456Z')

before(async () => {
  own = await openTestDatabase(BANK)
  url = own.ownerUrl
  database = createBankDatabase(url)
  const other = createBankDatabase(url, { poolSize: 2 })
  await Promise.all([seedBank(database, { hashPassword, now }), seedBank(other, { hashPassword, now })])
  await other.$disconnect()
})
after(async () => {
  await database.$disconnect()
  await own.remove()
})

const counts = async () => [await database.user.count(), await database.account.count(), await database.entry.count()]

test('the migrations match the schema', async () => {
  assert.equal(await schemaDrift(own.ownerUrl, schemaFile), '')
})

test('concurrent and repeated seeding adds each user once', async () => {
  const [users, accounts, entries] = await counts()
  assert.deepEqual([users, accounts], [2, 4])
  const hashedBefore = hashed
  await seedBank(database, { hashPassword, now: new Date() })
  assert.deepEqual(await counts(), [users, accounts, entries])
  assert.equal(hashed, hashedBefore, 'nothing is hashed for people who are there')
})

test('the demo users have their ids and names', async () => {
  const users = await database.user.findMany({ orderBy: { username: 'asc' } })
  assert.deepEqual(
    users.map(({ id, username, name, passwordHash }) => ({ id, username, name, passwordHash })),
    [DEMO_USERS.ada, DEMO_USERS.grace].map(({ password, ...person }) => ({
      ...person,
      passwordHash: `hash of ${password}`,
    })),
  )
})

test('entries are ordered by time, sum to the balance and never go below zero', async () => {
  const accounts = await database.account.findMany({ include: { entries: { orderBy: { id: 'asc' } } } })
  for (const { name, number, balanceMinor, entries } of accounts) {
    let running = 0n
    let last = new Date(0)
    for (const entry of entries) {
      running += entry.amountMinor
      assert.equal(entry.balanceMinor, running, `${number}, entry ${entry.id}`)
      assert.ok(entry.at >= last && entry.at <= now, `${number}: ${entry.at.toISOString()} after ${last.toISOString()}`)
      last = entry.at
    }
    assert.equal(running, balanceMinor)
    assert.ok(entries.length >= (name === 'Checking' ? 250 : 20), `${number} has ${entries.length} entries`)
    assert.equal(entries[0]?.memo, 'Opening balance')
  }
})

test('each demo user has the standing order of the history, due after it', async () => {
  const orders = await database.standingOrder.findMany({ include: { from: true, to: true } })
  assert.deepEqual(
    orders.map(({ from, to, rhythm, nextOn }) => [from.name, to?.name, rhythm, nextOn.toISOString().slice(0, 10)]),
    Array.from({ length: 2 }, () => ['Checking', 'Savings', 'monthly', '2026-04-26']),
  )
  for (const { toAccountId, amountMinor } of orders)
    assert.equal(await database.transfer.count({ where: { toAccountId, amountMinor } }), 12)
})

test('the database refuses an invalid username', async () => {
  const user = { id: randomUUID(), name: 'X', passwordHash: 'x' }
  await assert.rejects(database.user.create({ data: { ...user, username: 'Ada' } }), /users_username_format/)
})

test('a taken username is distinguished from other errors', async () => {
  const taken = database.user.create({ data: { id: randomUUID(), username: 'ada', name: 'X', passwordHash: 'x' } })
  await assert.rejects(taken, (error) => {
    assert.ok(isUniqueViolation(error, 'username') && isUniqueViolation(error))
    assert.ok(!isUniqueViolation(error, 'number') && !isDatabaseUnavailable(error))
    return true
  })
})

test('a time is the same in SQL and in a Date, in any time zone of the server', async () => {
  await database.$executeRawUnsafe(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone = 'Pacific/Auckland'`)
  const fresh = createBankDatabase(url)
  const userId = DEMO_USERS.ada.id
  const session = { id: randomUUID(), userId, strategy: 'jwt', expiresAt: now, userAgent: 'test', address: '::1' }
  const earliest = Date.now() - 1
  const { createdAt } = await fresh.session.create({ data: session })
  assert.ok(createdAt.getTime() >= earliest && createdAt.getTime() <= Date.now(), createdAt.toISOString())
  const found =
    await fresh.$queryRaw`SELECT id FROM sessions WHERE expires_at = '2026-03-31T10:20:30.456Z'::timestamptz`
  assert.deepEqual(found, [{ id: session.id }])
  await fresh.$disconnect()
})

test('an unavailable database soon causes an "unavailable" error', async () => {
  const gone = createBankDatabase('postgresql://nobody:secret@127.0.0.1:1/nothing')
  await requireReachable(database)
  await assert.rejects(requireReachable(gone), /does not respond/)
  for (const attempt of [
    () => gone.user.count(),
    () => gone.$queryRaw`SELECT 1`,
    () => gone.$transaction(async () => {}),
  ]) {
    await assert.rejects(
      async () => attempt(),
      (error) => isDatabaseUnavailable(error),
    )
  }
  await gone.$disconnect()
})

test('a connection lost during COMMIT causes an "unavailable" error', async () => {
  await database.$executeRaw`CREATE TABLE commits (id integer)`
  await database.$executeRaw`CREATE FUNCTION end_connection() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'`
  await database.$executeRaw`CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON commits
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_connection()`
  const ended = createBankDatabase(url, { poolSize: 1 })
  await assert.rejects(
    ended.$transaction(async (transaction) => {
      await transaction.$executeRaw`INSERT INTO commits VALUES (1)`
    }),
    (error) => isDatabaseUnavailable(error),
  )
  await ended.$disconnect()
  assert.deepEqual(await database.$queryRaw`SELECT id FROM commits`, [])
  await database.$executeRaw`DROP TABLE commits`
  await database.$executeRaw`DROP FUNCTION end_connection`
})
