import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { migrate } from '@signet/database'
import { openTestDatabase, type TestDatabase } from '@signet/testing'
import { createRetirementDatabase, migrationsFolder, type RetirementDatabase, runtimePrivileges } from '../index.js'

let own: TestDatabase
let owner: RetirementDatabase
/** Connects as the service does. */
let db: RetirementDatabase
const userId = randomUUID()
const transfer = randomUUID()

before(async () => {
  const fill = (url: string) => migrate(url, migrationsFolder)
  own = await openTestDatabase({ name: 'retirement', fill, runtimePrivileges })
  owner = createRetirementDatabase(own.ownerUrl)
  db = createRetirementDatabase(own.url)
  await db.plan.create({ data: { userId } })
  await credit(transfer, 500)
})
after(async () => {
  await db.$disconnect()
  await owner.$disconnect()
  await own.remove()
})

const credit = (id: string, amount: number) =>
  db.$queryRawUnsafe(`SELECT credit_deposit('${id}', '${userId}', ${amount}, 'm') AS credited`)
const history = () => owner.planEntry.findMany({ orderBy: { id: 'asc' } })

/** Returns whether PostgreSQL understood a statement before it refused it: a statement with a mistake proves nothing. */
const isUnderstood = (error: unknown): boolean => !/`(42601|42P01|42703|42704|42883)`/.test(String(error))

const REFUSED: ReadonlyArray<readonly [what: string, ...statements: string[]]> = [
  [
    'change the schema',
    'ALTER TABLE plan_entries ADD COLUMN more INT',
    'DROP TABLE plan_entries',
    'CREATE TABLE more (id INT)',
    'CREATE SCHEMA more',
    'CREATE TEMP TABLE plan_entries (id UUID)',
  ],
  [
    'switch off rules',
    'ALTER TABLE plan_entries DISABLE TRIGGER ALL',
    'DROP TRIGGER plan_entries_immutable ON plan_entries',
    'ALTER TABLE plan_entries DROP CONSTRAINT plan_entries_contribution_positive',
    "SET session_replication_role = 'replica'",
  ],
  [
    'act as another role',
    'SET ROLE signet_test',
    'SET SESSION AUTHORIZATION signet_test',
    'GRANT signet_test TO CURRENT_USER',
  ],
  [
    'rewrite history',
    'UPDATE plan_entries SET amount = amount + 1',
    "UPDATE plan_entries SET memo = 'x'",
    'DELETE FROM plan_entries',
    'TRUNCATE plan_entries',
    'TRUNCATE plans CASCADE',
    'DELETE FROM plans',
    `UPDATE plans SET user_id = '${randomUUID()}'`,
    "UPDATE plans SET currency = 'EUR'",
  ],
  [
    'write an entry by hand',
    ...['contribution', 'growth'].map(
      (kind) =>
        `INSERT INTO plan_entries (id, user_id, kind, origin, amount, memo) VALUES (gen_random_uuid(), '${userId}', '${kind}', ${kind === 'growth' ? 'NULL' : "'bank'"}, 5, 'x')`,
    ),
    'COPY plan_entries FROM STDIN',
  ],
  [
    'credit nothing or less',
    `SELECT credit_deposit('${randomUUID()}', '${userId}', 0, 'm')`,
    `SELECT credit_deposit('${randomUUID()}', '${userId}', -5, 'm')`,
  ],
]

describe('the runtime role cannot', () => {
  for (const [what, ...statements] of REFUSED) {
    test(what, async () => {
      const before = await history()
      for (const statement of statements) await assert.rejects(db.$executeRawUnsafe(statement), isUnderstood, statement)
      assert.deepEqual(await history(), before)
    })
  }
})

test('a deposit is credited once, as a contribution from the bank', async () => {
  assert.deepEqual(await credit(transfer, 900), [{ credited: false }])
  const entries = await history()
  assert.deepEqual(
    entries.map(({ id, kind, origin, amountMinor }) => [id, kind, origin, amountMinor]),
    [[transfer, 'contribution', 'bank', 500n]],
  )
})

test('the owner cannot change history by mistake either', async () => {
  for (const statement of ['UPDATE plan_entries SET amount = 1', 'DELETE FROM plan_entries', 'TRUNCATE plan_entries']) {
    await assert.rejects(owner.$executeRawUnsafe(statement), /never changed and never removed/)
  }
})

test('a plan and its allocation can be saved', async () => {
  await db.plan.update({ where: { userId }, data: { allocation: 'growth' } })
  assert.equal((await db.plan.findUniqueOrThrow({ where: { userId } })).allocation, 'growth')
})
