import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type BankDatabase, createBankDatabase, Prisma } from '@signet/bank-database'
import { ownerUrlOf } from '@signet/testing'
import { cursorOf, parseSearch, pastWeeks } from '../../src/accounts/rules.js'
import { statementRows } from '../../src/accounts/statement.js'
import {
  balancesQuery,
  type EntryPageOptions,
  entriesQuery,
  findAccount,
  recentQuery,
  STATEMENT_BATCH,
  statementQuery,
} from '../../src/accounts/store.js'
import { cookieOf, startBank, type TestBank, tokenOf } from '../support.js'

const ENTRIES = 20_000
const INSERTED_AT_ONCE = 5_000

let bank: TestBank
/** Connects as the owner of the tables. */
let owner: BankDatabase
let headers = { cookie: '' }
let accountId = ''
let middle = { at: new Date(0), id: 0n }
let last = middle
before(async () => {
  bank = await startBank()
  owner = createBankDatabase(ownerUrlOf(bank.databaseUrl))
  headers = cookieOf(await tokenOf(bank.app))
  accountId = (await bank.app.inject({ url: '/api/accounts', headers })).json().data[0].id
  // Transfers through the service would take minutes, so the rows are inserted directly, without triggers.
  const triggers = async (state: 'DISABLE' | 'ENABLE') => {
    for (const table of ['entries', 'transfers', 'accounts']) {
      await owner.$executeRawUnsafe(`ALTER TABLE ${table} ${state} TRIGGER USER`)
    }
  }
  await triggers('DISABLE')
  for (let done = 0; done < ENTRIES; done += INSERTED_AT_ONCE) await insertBatch(done)
  await triggers('ENABLE')
  await owner.$executeRaw`ANALYZE`
  const atOffset = async (offset: number) => {
    const [row] = await bank.db.$queryRaw<{ at: Date; id: bigint }[]>`
      SELECT at, id FROM entries WHERE account_id = ${accountId}::uuid ORDER BY at, id OFFSET ${offset} LIMIT 1`
    return row ?? assert.fail('no such entry')
  }
  middle = await atOffset(ENTRIES / 2)
  last = await atOffset(40)
})
after(async () => {
  await owner.$disconnect()
  await bank.close()
})

/** Limited to one statement, because of the statement timeout on a busy machine. */
async function insertBatch(done: number): Promise<void> {
  await owner.$executeRaw`
    WITH made AS MATERIALIZED (
      SELECT gen_random_uuid() AS id, n FROM generate_series(${done}::int + 1, ${done}::int + ${INSERTED_AT_ONCE}::int) AS n
    ), ordered AS (
      INSERT INTO transfers (id, kind, to_account_id, amount, memo)
      SELECT id, 'outside', ${accountId}::uuid, 1, 'Coin ' || n FROM made
    ), paid AS (
      INSERT INTO entries (house_account, amount, memo, transfer_id) SELECT 'outside_world', -1, 'Coin ' || n, id FROM made
    ), grown AS (
      UPDATE accounts SET balance = balance + ${INSERTED_AT_ONCE} WHERE id = ${accountId}::uuid RETURNING balance - ${INSERTED_AT_ONCE} - ${done} AS start
    )
    INSERT INTO entries (account_id, at, amount, balance, memo, transfer_id)
    SELECT ${accountId}::uuid, now() + n * interval '1 second', 1, start + n, 'Coin ' || n, made.id FROM made, grown ORDER BY n`
}

interface Plan {
  'Node Type': string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  Plans?: Plan[]
}

const planOf = (options: EntryPageOptions) => explain(entriesQuery(accountId, options))

async function explain(query: Prisma.Sql): Promise<{ nodes: Plan[]; milliseconds: number }> {
  const [row] = await bank.db.$queryRaw<{ 'QUERY PLAN': [{ Plan: Plan; 'Execution Time': number }] }[]>(
    Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
  )
  const [{ Plan: root, 'Execution Time': milliseconds }] = row?.['QUERY PLAN'] ?? [assert.fail('no plan')]
  const flatten = (node: Plan): Plan[] => [node, ...(node.Plans ?? []).flatMap(flatten)]
  return { nodes: flatten(root), milliseconds }
}

async function ownerOf(id: string): Promise<string> {
  return (await bank.db.account.findUniqueOrThrow({ where: { id } })).userId
}

describe(`an account with ${ENTRIES} entries`, () => {
  for (const [where, options] of [
    ['the first page', () => ({})],
    ['a page in the middle', () => ({ before: middle })],
    ['the last page', () => ({ before: last })],
  ] as const) {
    test(`${where} reads the index and no row of another page`, async (t) => {
      const { nodes, milliseconds } = await planOf(options())
      t.diagnostic(`${milliseconds} ms in PostgreSQL`)
      const names = nodes.map((node) => `${node['Node Type']} ${node['Index Name'] ?? ''}`.trim())
      assert.ok(names.includes('Index Scan entries_account_id_at_id_idx'), names.join(', '))
      assert.ok(!names.some((name) => /Seq Scan|Sort/.test(name)), names.join(', '))
      for (const node of nodes)
        assert.ok(node['Actual Rows'] <= 51, `${node['Node Type']}: ${node['Actual Rows']} rows`)
    })
  }

  test('has a home page that reads one entry per week, and five recent ones', async (t) => {
    const userId = await ownerOf(accountId)
    for (const [query, most] of [
      [balancesQuery(userId, pastWeeks(new Date())), 1],
      [recentQuery(userId), 5],
    ] as const) {
      const { nodes, milliseconds } = await explain(query)
      t.diagnostic(`${milliseconds} ms in PostgreSQL`)
      const reads = nodes.filter((node) => node['Index Name'] === 'entries_account_id_at_id_idx')
      assert.equal(reads.length, 1)
      assert.ok(!nodes.some((node) => node['Node Type'] === 'Seq Scan' && node['Actual Rows'] > 100))
      for (const read of reads) assert.ok(read['Actual Rows'] <= most, `${read['Actual Rows']} rows`)
    }
  })

  test('is shown by the API and as a page', async () => {
    const newest = (await bank.app.inject({ url: `/api/accounts/${accountId}/entries`, headers })).json().data
    assert.deepEqual([newest.entries.length, newest.entries[0].memo], [50, `Coin ${ENTRIES}`])
    for (const url of [
      `/api/accounts/${accountId}/entries?cursor=${cursorOf(middle)}`,
      `/accounts/${accountId}?cursor=${cursorOf(middle)}`,
      '/',
    ]) {
      assert.equal((await bank.app.inject({ url, headers })).statusCode, 200, url)
    }
  })

  test('is searched completely without reading an entry twice', async (t) => {
    const entries = await bank.db.entry.count({ where: { accountId } })
    for (const text of [`Coin ${ENTRIES - 1}`, 'no such memo', '1.23']) {
      const { nodes, milliseconds } = await planOf({ search: parseSearch(text, 'USD') })
      t.diagnostic(`${text}: ${milliseconds} ms in PostgreSQL`)
      for (const node of nodes) {
        const rows = node['Actual Rows'] * node['Actual Loops']
        assert.ok(rows <= entries, `${text}: ${node['Node Type']} read ${rows} rows`)
      }
    }
  })

  test('is exported in batches: the first line needs one query, and no query reads a row of another batch', async (t) => {
    const { nodes, milliseconds } = await explain(statementQuery(accountId, middle, new Date('9999-12-31')))
    t.diagnostic(`a batch: ${milliseconds} ms in PostgreSQL`)
    const names = nodes.map((node) => `${node['Node Type']} ${node['Index Name'] ?? ''}`.trim())
    assert.ok(names.includes('Index Scan entries_account_id_at_id_idx'), names.join(', '))
    assert.ok(!names.some((name) => /Seq Scan|Sort/.test(name)), names.join(', '))
    for (const node of nodes)
      assert.ok(node['Actual Rows'] <= STATEMENT_BATCH, `${node['Node Type']}: ${node['Actual Rows']} rows`)

    let queries = 0
    let read = 0
    const counted = new Proxy(bank.db, {
      get: (db, name) => {
        if (name !== '$queryRaw') return Reflect.get(db, name)
        return (query: Prisma.Sql) => {
          queries += 1
          return db.$queryRaw(query)
        }
      },
    })
    const account = await findAccount(bank.db, await ownerOf(accountId), accountId)
    const rows = statementRows(counted, account ?? assert.fail('no account'), undefined)
    for (const [entries, asked] of [
      [1, 1],
      [STATEMENT_BATCH, 1],
      [STATEMENT_BATCH + 1, 2],
      [2 * STATEMENT_BATCH + 1, 3],
    ] as const) {
      while (read < entries) {
        assert.equal((await rows.next()).done, false)
        read += 1
      }
      assert.equal(queries, asked, `for ${entries} entries`)
    }
    await rows.return(undefined)
  })
})
