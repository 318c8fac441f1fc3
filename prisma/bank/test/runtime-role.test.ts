import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openTestDatabase, type TestDatabase } from '@signet/testing'
import { type BankDatabase, createBankDatabase, seedBank, setOpeningBalance } from '../index.js'
import { BANK } from './template.js'

let own: TestDatabase
let owner: BankDatabase
/** Connected as the service is. */
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
const post = (from: string, to: string, amount: number, id = randomUUID()) =>
  `post_transfer('${id}', '${customer}', '${from}', ${to}, ${amount}, 'm', 'debit', 'credit', false, 'r', NULL, NULL)`
/** What PostgreSQL understood and refused: a statement with a mistake in it proves nothing. */
const isUnderstood = (error: unknown): boolean => !/`(42601|42P01|42703|42704|42883)`/.test(String(error))
/** Everything that the runtime role must leave as it is. */
const ledger = async () => [
  await owner.transfer.findMany({ orderBy: { id: 'asc' } }),
  await owner.entry.findMany({ orderBy: { id: 'asc' } }),
  await owner.account.findMany({ orderBy: { id: 'asc' } }),
  await owner.ledgerSettings.findMany(),
]
const outside = `INSERT INTO transfers (id, kind, to_account_id, amount, memo) VALUES (gen_random_uuid(), 'outside', '${checking}', 5, 'x')`

const REFUSED: ReadonlyArray<readonly [what: string, ...statements: string[]]> = [
  [
    'change the schema',
    'ALTER TABLE entries ADD COLUMN more INT',
    'DROP TABLE entries',
    'ALTER TABLE entries OWNER TO CURRENT_USER',
  ],
  ['make a table', 'CREATE TABLE more (id INT)', 'CREATE TABLE entries_copy AS SELECT * FROM entries'],
  ['make a table that hides one of ours', 'CREATE TEMP TABLE accounts (id UUID, balance BIGINT)'],
  [
    'make a function, a type or a view',
    "CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'SELECT 1'",
    'CREATE TYPE t AS (a INT)',
    'CREATE VIEW v AS SELECT 1',
  ],
  ['make a schema', 'CREATE SCHEMA more', 'CREATE EXTENSION pgcrypto'],
  [
    'replace a function',
    "CREATE OR REPLACE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    'ALTER FUNCTION check_postings() SET search_path = public',
    'DROP FUNCTION check_postings CASCADE',
  ],
  [
    'switch off rules',
    'ALTER TABLE entries DISABLE TRIGGER ALL',
    'ALTER TABLE entries DISABLE TRIGGER USER',
    'DROP TRIGGER entries_immutable ON entries',
    'ALTER TABLE accounts DROP CONSTRAINT accounts_balance_not_negative',
    'ALTER TABLE entries DROP CONSTRAINT entries_one_account',
    "SET session_replication_role = 'replica'",
    "SELECT set_config('session_replication_role', 'replica', false)",
  ],
  [
    'make rules of its own',
    'CREATE RULE r AS ON INSERT TO entries DO NOTHING',
    'CREATE TRIGGER t BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION stamp_session_end()',
    'CREATE POLICY p ON entries',
  ],
  [
    'act as another role',
    'SET ROLE signet_test',
    'SET SESSION AUTHORIZATION signet_test',
    'GRANT signet_test TO CURRENT_USER',
    'SET ROLE postgres',
  ],
  [
    'give itself rights',
    'ALTER ROLE CURRENT_USER SUPERUSER',
    'ALTER ROLE CURRENT_USER CREATEROLE',
    'CREATE ROLE more',
    'CREATE DATABASE more',
    'REASSIGN OWNED BY signet_test TO CURRENT_USER',
  ],
  [
    'rewrite history',
    'UPDATE entries SET amount = amount + 1',
    "UPDATE entries SET memo = 'x'",
    'UPDATE transfers SET amount = 1',
    'UPDATE transfers SET password_confirmed = true',
    'DELETE FROM entries',
    'DELETE FROM transfers',
    'TRUNCATE entries',
    'TRUNCATE transfers CASCADE',
    'TRUNCATE entries, transfers, deposit_outbox, idempotency_keys',
  ],
  [
    'rewrite history by another statement',
    'WITH gone AS (DELETE FROM entries RETURNING id) SELECT * FROM gone',
    `MERGE INTO entries USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE`,
    `INSERT INTO entries (id, transfer_id, amount, memo) SELECT id, transfer_id, 1, 'x' FROM entries ON CONFLICT (id) DO UPDATE SET amount = 1`,
    "DO $$ BEGIN EXECUTE 'DELETE FROM entries'; END $$",
    'LOCK TABLE entries IN ACCESS EXCLUSIVE MODE',
  ],
  [
    'edit a balance',
    `UPDATE accounts SET balance = balance + 1 WHERE id = '${checking}'`,
    `UPDATE accounts SET user_id = '${other}'`,
    `DELETE FROM accounts WHERE id = '${foreign}'`,
  ],
  [
    'open an account that has money',
    `INSERT INTO accounts (id, user_id, name, number, balance) VALUES (gen_random_uuid(), '${customer}', 'x', '4444-4444-44', 5)`,
    `INSERT INTO accounts (id, user_id, name, number, balance) VALUES (gen_random_uuid(), '${customer}', 'x', '4444-4444-44', 0)`,
  ],
  [
    'write an entry',
    `INSERT INTO entries (transfer_id, account_id, amount, memo) SELECT id, '${checking}', 5, 'x' FROM transfers LIMIT 1`,
    `INSERT INTO entries (transfer_id, house_account, amount, memo) SELECT id, 'retirement', 5, 'x' FROM transfers LIMIT 1`,
    outside,
    'COPY entries (transfer_id, amount, memo) FROM STDIN',
  ],
  [
    'write a balanced credit from outside',
    `WITH t AS (INSERT INTO transfers (id, kind, to_account_id, amount, memo) VALUES (gen_random_uuid(), 'opening', '${checking}', 5, 'x') RETURNING id) INSERT INTO entries (transfer_id, account_id, house_account, amount, memo) SELECT t.id, a::uuid, h::house_account, n, 'x' FROM t, (VALUES ('${checking}', NULL, 5), (NULL, 'opening_balances', -5)) AS side (a, h, n)`,
  ],
  [
    'choose the opening balance',
    'UPDATE ledger_settings SET opening_balance_minor = 10000000',
    'DELETE FROM ledger_settings',
    'INSERT INTO ledger_settings VALUES (false, 5)',
  ],
  [
    'have a second opening balance',
    `SELECT grant_opening_balance('${checking}', 'x')`,
    `SELECT grant_opening_balance('${savings}', 'x')`,
  ],
  [
    'transfer what is not there, or nothing, or less',
    `SELECT ${post(checking, `'${foreign}'`, 10_000_000)}`,
    `SELECT ${post(checking, `'${foreign}'`, 0)}`,
    `SELECT ${post(checking, `'${foreign}'`, -5)}`,
    `SELECT ${post(checking, `'${checking}'`, 5)}`,
  ],
  [
    'transfer from the account of another customer, or to none',
    `SELECT ${post(foreign, `'${checking}'`, 5)}`,
    `SELECT ${post(checking, `'${randomUUID()}'`, 5)}`,
  ],
  [
    'make a deposit of a transfer that was none, or deliver one anew',
    `INSERT INTO deposit_outbox (transfer_id, user_id, request_id) SELECT id, user_id, 'x' FROM transfers WHERE kind = 'own'`,
    'UPDATE deposit_outbox SET settled_at = NULL',
    'UPDATE deposit_outbox SET settled_at = now()',
    'UPDATE deposit_outbox SET transfer_id = gen_random_uuid()',
    'DELETE FROM deposit_outbox',
  ],
  ['make an old key new', "UPDATE idempotency_keys SET key = 'x'"],
  [
    'rename a customer',
    `UPDATE users SET id = '${randomUUID()}' WHERE username = 'customer'`,
    "UPDATE users SET username = 'x'",
    `DELETE FROM users WHERE id = '${customer}'`,
  ],
  [
    'move a sequence',
    "SELECT setval('sessions_status_number_seq', 0)",
    "SELECT setval('entries_id_seq', 1)",
    "SELECT nextval('entries_id_seq')",
  ],
  ['change the migrations', 'DELETE FROM _prisma_migrations'],
  [
    'read or write files of the server',
    "COPY entries TO '/tmp/entries'",
    "COPY entries TO PROGRAM 'cat'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT lo_import('/etc/passwd')",
  ],
]

describe('the role that the service connects as cannot', () => {
  for (const [what, ...statements] of REFUSED) {
    test(what, async () => {
      const before = await ledger()
      for (const statement of statements) await assert.rejects(run(statement), isUnderstood, statement)
      assert.deepEqual(await ledger(), before)
    })
  }

  test('get past the rules at the end of a transaction, by deferring them or by another search_path', async () => {
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
          // The same transfer once more, which its unique id refuses.
          await transaction.$executeRawUnsafe(`SELECT public.${post(checking, `'${foreign}'`, 5, id)}`)
        }),
      )
    }
    assert.deepEqual(await ledger(), before)
  })

  test('give itself a right: PostgreSQL only warns of that', async () => {
    await run('GRANT ALL ON entries TO CURRENT_USER')
    await assert.rejects(run('DELETE FROM entries'), /42501/)
  })

  test('own anything, or be a member of another role', async () => {
    const owned = await db.$queryRaw`SELECT relname FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')`
    const functions =
      await db.$queryRaw`SELECT proname FROM pg_proc WHERE pg_has_role(current_user, proowner, 'MEMBER')`
    const roles = await db.$queryRaw`SELECT roleid FROM pg_auth_members WHERE member = current_user::regrole`
    assert.deepEqual([owned, functions, roles], [[], [], []])
  })
})

describe('the functions that it may execute', () => {
  test('find their tables whatever the search_path of the caller is, and no others run as the owner', async () => {
    const definers = await db.$queryRaw<{ name: string; settings: string[] | null; open: boolean }[]>`
      SELECT proname AS name, proconfig AS settings, has_function_privilege('public', oid, 'EXECUTE') AS open
      FROM pg_proc WHERE prosecdef ORDER BY proname`
    const names = ['grant_opening_balance', 'lock_for_transfer', 'open_account', 'post_transfer', 'settle_deposit']
    assert.deepEqual(
      definers.map(({ name }) => name),
      names,
    )
    for (const { name, settings, open } of definers) {
      assert.deepEqual(settings, ['search_path=pg_catalog, public, pg_temp'], name)
      assert.equal(open, false, `${name} is for the role alone`)
    }
  })

  test('say themselves what a transfer is, and post it once', async () => {
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

  test('give no opening balance where the owner has set none', async () => {
    await setOpeningBalance(owner, { demo: false })
    await run(`SELECT grant_opening_balance('${foreign}', 'x')`)
    assert.equal((await db.account.findUniqueOrThrow({ where: { id: foreign } })).balanceMinor, 0n)
    await setOpeningBalance(owner, { demo: true })
  })
})

test('what is not history can be swept', async () => {
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

test('it cannot put the demo there', async () => {
  await assert.rejects(seedBank(db, { hashPassword: async () => 'x' }))
})
