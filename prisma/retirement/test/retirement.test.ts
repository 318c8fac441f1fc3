import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { isUniqueViolation, migrate } from '@signet/database'
import { openTestDatabase, schemaDrift, type TestDatabase } from '@signet/testing'
import {
  createRetirementDatabase,
  migrationsFolder,
  type RetirementDatabase,
  runtimePrivileges,
  schemaFile,
} from '../index.js'
import { seedRetirement } from '../seed.js'

let own: TestDatabase
let database: RetirementDatabase
const now = new Date('2026-03-31T10:20:30.456Z')

before(async () => {
  own = await openTestDatabase({
    name: 'retirement',
    fill: (url) => migrate(url, migrationsFolder),
    runtimePrivileges,
  })
  database = createRetirementDatabase(own.ownerUrl)
  const other = createRetirementDatabase(own.ownerUrl, { poolSize: 2 })
  await Promise.all([seedRetirement(database, { now }), seedRetirement(other, { now })])
  await other.$disconnect()
})
after(async () => {
  await database.$disconnect()
  await own.remove()
})

test('the migrations match the schema', async () => {
  assert.equal(await schemaDrift(own.ownerUrl, schemaFile), '')
})

test('concurrent and repeated seeding adds each plan once', async () => {
  const counts = async () => [await database.plan.count(), await database.planEntry.count()]
  const [plans, entries] = await counts()
  assert.equal(plans, 2)
  await seedRetirement(database)
  assert.deepEqual(await counts(), [plans, entries])
})

for (const person of Object.values(DEMO_USERS)) {
  test(`${person.name} has five years of contributions and growth, including losses`, async () => {
    const where = { userId: person.id }
    const entries = await database.planEntry.findMany({ where, orderBy: { at: 'asc' } })
    const growth = entries.filter(({ kind }) => kind === 'growth')
    assert.ok(entries.length - growth.length >= 60 && growth.length >= 60)
    const losses = growth.filter(({ amountMinor }) => amountMinor < 0n).length
    assert.ok(losses >= 8 && losses <= 30, `${losses} months with a loss`)
    assert.ok(entries.every(({ at }) => at <= now))
    const { _sum } = await database.planEntry.aggregate({ where, _sum: { amountMinor: true } })
    const paidIn = entries
      .filter(({ kind }) => kind === 'contribution')
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
    const balance = _sum.amountMinor ?? 0n
    assert.ok(balance > paidIn && balance < paidIn * 2n, `${paidIn} became ${balance}`)
  })
}

test('a deposit is credited once, because its id is the key', async () => {
  const deposit = {
    id: randomUUID(),
    userId: DEMO_USERS.ada.id,
    kind: 'contribution',
    origin: 'bank',
    amountMinor: 5n,
    memo: 'x',
  } as const
  await database.planEntry.create({ data: deposit })
  await assert.rejects(database.planEntry.create({ data: deposit }), (error) => isUniqueViolation(error))
})

test('the database refuses a negative contribution', async () => {
  const taking = {
    id: randomUUID(),
    userId: DEMO_USERS.ada.id,
    kind: 'contribution',
    origin: 'bank',
    amountMinor: -5n,
    memo: 'x',
  } as const
  await assert.rejects(database.planEntry.create({ data: taking }), /plan_entries_contribution_positive/)
})
