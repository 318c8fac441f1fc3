import { randomUUID } from 'node:crypto'

/** Returns the SQL call that posts a customer's transfer. `to` is SQL too: a quoted id, or NULL for retirement. */
export const postOf =
  (customer: string) =>
  (from: string, to: string, amount: number, id: string = randomUUID()): string =>
    `post_transfer('${id}', '${customer}', '${from}', ${to}, ${amount}, 'm', 'debit', 'credit', false, 'r', NULL, NULL)`

/** Existing users and accounts. `foreign` is an account of `other`. */
interface Ids {
  readonly customer: string
  readonly other: string
  readonly checking: string
  readonly savings: string
  readonly foreign: string
}

/** Forbidden actions of the runtime role, each with statements that attempt it. */
export function refusedStatements({ customer, other, checking, savings, foreign }: Ids) {
  const post = postOf(customer)
  const outside = `INSERT INTO transfers (id, kind, to_account_id, amount, memo) VALUES (gen_random_uuid(), 'outside', '${checking}', 5, 'x')`
  const refused: ReadonlyArray<readonly [what: string, ...statements: string[]]> = [
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
      'rewrite a security notice or replace a recovery code',
      "UPDATE security_notices SET kind = 'passkey_added'",
      'UPDATE security_notices SET at = now()',
      "UPDATE recovery_codes SET code_hash = 'x'",
      `UPDATE recovery_codes SET user_id = '${other}'`,
      'DELETE FROM dismissed_notices',
    ],
    [
      'rewrite a standing order or what was paid',
      'UPDATE standing_orders SET amount = amount + 1',
      "UPDATE standing_orders SET confirmed_by = 'password'",
      'UPDATE standing_orders SET to_account_id = from_account_id',
      'DELETE FROM standing_orders',
      "UPDATE standing_order_payments SET due_on = '2026-01-01'",
      'DELETE FROM standing_order_payments',
    ],
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
  return refused
}
