import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openTestDatabase, type TestDatabase } from '@signet/testing'
import { type BankDatabase, createBankDatabase } from '../index.js'
import { BANK } from './template.js'

let copy: TestDatabase
let database: BankDatabase
const a = randomUUID()
const b = randomUUID()
const userId = randomUUID()

before(async () => {
  copy = await openTestDatabase(BANK)
  database = createBankDatabase(copy.ownerUrl)
  await database.user.create({ data: { id: userId, username: 'owner', name: 'Owner', passwordHash: 'x' } })
  for (const [id, number] of [
    [a, '1111-1111-11'],
    [b, '2222-2222-22'],
  ] as const) {
    await database.account.create({ data: { id, userId, name: number, number, balanceMinor: 0n } })
  }
  await move({ kind: 'opening', toAccountId: a, amountMinor: 1_000n }, [
    { accountId: a, amountMinor: 1_000n },
    { houseAccount: 'opening_balances', amountMinor: -1_000n },
  ])
})
after(async () => {
  await database.$disconnect()
  await copy.remove()
})

interface Side {
  accountId?: string
  houseAccount?: 'opening_balances' | 'outside_world' | 'retirement_in_transit' | 'retirement'
  amountMinor: bigint
  balanceMinor?: bigint
}
type Kind = 'opening' | 'outside' | 'own' | 'customer' | 'retirement'

/** Inserts a transfer and its entries in one transaction, without checks outside the database. */
async function move(
  transfer: { kind: Kind; amountMinor: bigint; userId?: string; fromAccountId?: string; toAccountId?: string },
  sides: Side[],
): Promise<string> {
  const id = randomUUID()
  await database.$transaction([
    database.transfer.create({ data: { id, memo: 'test', ...transfer } }),
    database.entry.createMany({ data: sides.map((side) => ({ transferId: id, memo: 'test', ...side })) }),
  ])
  return id
}
const own = (amountMinor: bigint) => ({ kind: 'own' as const, userId, fromAccountId: a, toAccountId: b, amountMinor })
const balanceOf = async (id: string) => (await database.account.findUniqueOrThrow({ where: { id } })).balanceMinor

describe('the database', () => {
  test('computes the balance, whatever the entry contains', async () => {
    const id = await move(own(10n), [
      { accountId: a, amountMinor: -10n, balanceMinor: 999_999n },
      { accountId: b, amountMinor: 10n, balanceMinor: 999_999n },
    ])
    const entries = await database.entry.findMany({ where: { transferId: id }, orderBy: { id: 'asc' } })
    assert.deepEqual(
      entries.map(({ balanceMinor }) => balanceMinor),
      [await balanceOf(a), await balanceOf(b)],
    )
  })

  const unbalanced: ReadonlyArray<readonly [why: string, sides: Side[]]> = [
    ['no entries', []],
    ['one side alone', [{ accountId: a, amountMinor: -10n }]],
    [
      'sides that do not sum to zero',
      [
        { accountId: a, amountMinor: -10n },
        { accountId: b, amountMinor: 11n },
      ],
    ],
    [
      'another amount than the transfer has',
      [
        { accountId: a, amountMinor: -11n },
        { accountId: b, amountMinor: 11n },
      ],
    ],
    [
      'the other direction',
      [
        { accountId: b, amountMinor: -10n },
        { accountId: a, amountMinor: 10n },
      ],
    ],
    [
      'another party on the other side',
      [
        { accountId: a, amountMinor: -10n },
        { houseAccount: 'retirement', amountMinor: 10n },
      ],
    ],
  ]
  const transfersFromA = () => database.transfer.count({ where: { fromAccountId: a } })
  for (const [why, sides] of unbalanced) {
    test(`refuses a transfer with ${why}`, async () => {
      const before = [await balanceOf(a), await balanceOf(b), await transfersFromA()]
      await assert.rejects(move(own(10n), sides))
      assert.deepEqual([await balanceOf(a), await balanceOf(b), await transfersFromA()], before)
    })
  }

  test('refuses to add an entry to a completed transfer', async () => {
    const id = await move(own(1n), [
      { accountId: a, amountMinor: -1n },
      { accountId: b, amountMinor: 1n },
    ])
    const entry = { transferId: id, memo: 'more', accountId: b, amountMinor: 5n }
    await assert.rejects(database.entry.create({ data: entry }), /not its postings/)
    await assert.rejects(
      database.entry.createMany({
        data: [entry, { transferId: id, memo: 'more', houseAccount: 'outside_world', amountMinor: -5n }],
      }),
      /not its postings/,
    )
  })

  test('refuses an overdrawn account', async () => {
    const all = await balanceOf(a)
    await assert.rejects(
      move(own(all + 1n), [
        { accountId: a, amountMinor: -all - 1n },
        { accountId: b, amountMinor: all + 1n },
      ]),
      /accounts_balance_not_negative/,
    )
    assert.equal(await balanceOf(a), all)
  })

  test('refuses to set a balance without an entry', async () => {
    const change = (balanceMinor: bigint) => database.account.update({ where: { id: a }, data: { balanceMinor } })
    await assert.rejects(change(5_000n), /a balance changes by an entry alone/)
    await assert.rejects(change(-1n))
    const data = { id: randomUUID(), userId, name: 'Rich', number: '3333-3333-33', balanceMinor: 1n }
    await assert.rejects(database.account.create({ data }), /a balance changes by an entry alone/)
  })

  test('refuses to change or delete transfers and entries', async () => {
    const statements = [
      'UPDATE entries SET amount = amount + 1',
      "UPDATE entries SET memo = ''",
      'DELETE FROM entries',
      'TRUNCATE entries CASCADE',
      'UPDATE transfers SET amount = amount + 1',
      'DELETE FROM transfers',
      'TRUNCATE transfers CASCADE',
      'DELETE FROM accounts',
    ]
    const before = await database.entry.findMany()
    for (const statement of statements) await assert.rejects(database.$executeRawUnsafe(statement), statement)
    assert.deepEqual(await database.entry.findMany(), before)
  })

  test('refuses parties that do not match the kind', async () => {
    const sides = [
      { accountId: a, amountMinor: -1n },
      { accountId: b, amountMinor: 1n },
    ]
    const rows = [
      { kind: 'own' as const, fromAccountId: a, toAccountId: b, amountMinor: 1n },
      { kind: 'opening' as const, userId, fromAccountId: a, toAccountId: b, amountMinor: 1n },
      { kind: 'retirement' as const, userId, fromAccountId: a, toAccountId: b, amountMinor: 1n },
      { kind: 'own' as const, userId, fromAccountId: a, toAccountId: a, amountMinor: 1n },
    ]
    for (const row of rows) await assert.rejects(move(row, sides), /transfers_parties/)
    await assert.rejects(move({ ...own(1n), amountMinor: 0n }, sides), /transfers_amount_positive/)
  })

  test('keeps an idempotency key unique for each user', async () => {
    const transferId = await move(own(1n), [
      { accountId: a, amountMinor: -1n },
      { accountId: b, amountMinor: 1n },
    ])
    const key = { userId, key: 'k', requestHash: 'x', transferId }
    await database.idempotencyKey.create({ data: key })
    await assert.rejects(database.idempotencyKey.create({ data: key }))
    await assert.rejects(database.idempotencyKey.create({ data: { ...key, key: 'l', transferId: randomUUID() } }))
  })
})
