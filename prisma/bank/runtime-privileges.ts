/**
 * Privileges of the bank's runtime role, for `grantRuntime()`. Only functions change the ledger (accounts, transfers, entries). The
 * role cannot change settings or the outbox's history.
 */
export const runtimePrivileges: readonly string[] = [
  'SELECT ON ALL TABLES IN SCHEMA public',
  'INSERT, DELETE, UPDATE (password_hash) ON users',
  'INSERT, DELETE, UPDATE ON sessions',
  'USAGE ON SEQUENCE sessions_status_number_seq',
  'INSERT, DELETE ON idempotency_keys',
  'INSERT, DELETE, UPDATE ON rate_limits',
  'UPDATE (tries, next_try_at, last_problem, refused) ON deposit_outbox',
  'EXECUTE ON FUNCTION open_account, grant_opening_balance, lock_for_transfer, post_transfer, settle_deposit',
]
