// Upgrades databases whose services still own them. Needs a build.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createBankDatabase, migrationsFolder } from '@signet/bank-database'
import { seedBank } from '@signet/bank-database/seed'
import { migrate, provision } from '@signet/database'
import { createRetirementDatabase, migrationsFolder as retirementMigrations } from '@signet/retirement-database'
import { prepareDatabases, roleOf } from '@signet/scripts/databases'
import { type OwnServer, openOwnServer } from '@signet/testing'

let server: OwnServer
let dataDir: string
const ended: { $disconnect(): Promise<void> }[] = []
before(async () => {
  server = await openOwnServer()
  dataDir = await mkdtemp(join(tmpdir(), 'signet-databases-'))
})
after(async () => {
  await Promise.all(ended.map((database) => database.$disconnect()))
  await server.remove()
  await rm(dataDir, { recursive: true, force: true })
})
const opened = <T extends { $disconnect(): Promise<void> }>(database: T): T => {
  ended.push(database)
  return database
}

test('an upgrade keeps the data and takes ownership away from the services', async () => {
  const urls = {
    bank: await provision(server.adminUrl, roleOf(dataDir, 'bank')),
    retirement: await provision(server.adminUrl, roleOf(dataDir, 'retirement')),
  }
  await migrate(urls.bank, migrationsFolder)
  await migrate(urls.retirement, retirementMigrations)
  const bank = opened(createBankDatabase(urls.bank))
  const retirement = opened(createRetirementDatabase(urls.retirement))
  await seedBank(bank, { hashPassword: async () => 'x' })
  const entries = await bank.entry.count()
  // Only the owner of the tables can do this.
  await bank.$executeRaw`ALTER TABLE entries DISABLE TRIGGER entries_immutable`
  await bank.$executeRaw`ALTER TABLE entries ENABLE TRIGGER entries_immutable`

  for (let starts = 0; starts < 2; starts += 1) {
    const prepared = await prepareDatabases(server.adminUrl, dataDir, { demo: false, store: false })
    assert.deepEqual(prepared.urls, urls, 'the services connect as before')
    assert.equal(await bank.entry.count(), entries)
    for (const statement of [
      'ALTER TABLE entries DISABLE TRIGGER ALL',
      'DELETE FROM entries',
      'UPDATE accounts SET balance = balance + 1',
      'CREATE TABLE more ()',
    ])
      await assert.rejects(bank.$executeRawUnsafe(statement), /42501/, statement)
    for (const statement of [
      'ALTER TABLE plan_entries DISABLE TRIGGER ALL',
      'DELETE FROM plan_entries',
      'CREATE TABLE more ()',
    ])
      await assert.rejects(retirement.$executeRawUnsafe(statement), /42501/, statement)
  }
})

test('new customers get an opening balance only in a demo, also after the setting changes', async () => {
  const settings = async (demo: boolean) => {
    const { ownerUrls } = await prepareDatabases(server.adminUrl, dataDir, { demo, store: false })
    const owner = opened(createBankDatabase(ownerUrls.bank))
    return (await owner.ledgerSettings.findMany()).map(({ openingBalanceMinor }) => openingBalanceMinor)
  }
  assert.deepEqual([await settings(true), await settings(false)], [[500_000n], [0n]])
})
