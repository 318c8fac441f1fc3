import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { migrate } from '@signet/database'
import { openTestDatabase } from '@signet/testing'
import { createBankDatabase, migrationsFolder } from '../index.js'
import { seedBank } from '../seed.js'

const LEDGER = '20260801000000_ledger'

test('the migration adds counter-entries to existing history', async () => {
  const older = await mkdtemp(join(tmpdir(), 'signet-older-'))
  const all = (await readdir(migrationsFolder)).sort()
  for (const name of all.filter((name) => name < LEDGER || name.endsWith('.toml'))) {
    await cp(join(fileURLToPath(migrationsFolder), name), join(older, name), { recursive: true })
  }
  const before = await openTestDatabase({ name: 'bank_before_ledger', fill: (url) => migrate(url, older) })
  const { url } = before
  const old = createBankDatabase(url)
  const person = randomUUID()
  const accountId = randomUUID()
  await old.$executeRaw`INSERT INTO users (id, username, name, password_hash) VALUES (${person}::uuid, 'old', 'Old', 'x')`
  await old.$executeRaw`INSERT INTO accounts (id, user_id, name, number, balance) VALUES (${accountId}::uuid, ${person}::uuid, 'C', '4444-4444-44', 70)`
  await old.$executeRaw`INSERT INTO entries (account_id, amount, balance, memo) VALUES
    (${accountId}::uuid, 100, 100, 'Opening balance'), (${accountId}::uuid, -30, 70, 'Rent')`

  assert.deepEqual(
    await migrate(url, migrationsFolder),
    all.filter((name) => name >= LEDGER && !name.endsWith('.toml')),
  )
  const transfers = await old.transfer.findMany({
    orderBy: { amountMinor: 'desc' },
    include: { entries: { orderBy: { id: 'asc' } } },
  })
  assert.deepEqual(
    transfers.map(({ kind, amountMinor, entries }) => [
      kind,
      amountMinor,
      entries.map((entry) => [entry.houseAccount, entry.amountMinor, entry.balanceMinor]),
    ]),
    [
      [
        'opening',
        100n,
        [
          [null, 100n, 100n],
          ['opening_balances', -100n, null],
        ],
      ],
      [
        'outside',
        30n,
        [
          [null, -30n, 70n],
          ['outside_world', 30n, null],
        ],
      ],
    ],
  )
  assert.equal((await old.account.findUniqueOrThrow({ where: { id: accountId } })).balanceMinor, 70n)
  await seedBank(old, { hashPassword: async () => 'x' })
  const [wrong] = await old.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (SELECT 1 FROM entries GROUP BY transfer_id HAVING sum(amount) <> 0) AS unbalanced`
  assert.equal(wrong?.count, 0)
  await old.$disconnect()
  await before.remove()
  await rm(older, { recursive: true, force: true })
})
