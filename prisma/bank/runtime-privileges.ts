/**
 * Privileges of the bank's runtime role, for `grantRuntime()`. Only functions change the ledger (accounts, transfers, entries). The
 * role cannot change settings or the outbox's history.
 */
export const runtimePrivileges: readonly string[] = [
  'SELECT ON ALL TABLES IN SCHEMA public',
  'INSERT, DELETE, UPDATE (password_hash, password_changed_at) ON users',
  'INSERT, DELETE, UPDATE ON sessions',
  'USAGE ON SEQUENCE sessions_status_number_seq',
  'INSERT, DELETE ON idempotency_keys',
  'INSERT, DELETE, UPDATE ON rate_limits',
  'INSERT, DELETE, UPDATE (counter, backed_up, name, last_used_at) ON passkeys',
  'INSERT, DELETE ON passkey_challenges',
  'INSERT, DELETE, UPDATE ON transfer_confirmations',
  'INSERT, DELETE, UPDATE (used_at) ON recovery_codes',
  'INSERT, DELETE ON security_notices',
  'INSERT ON dismissed_notices',
  'INSERT, UPDATE (next_on, canceled_at) ON standing_orders',
  'INSERT ON standing_order_payments',
  'UPDATE (tries, next_try_at, last_problem, refused) ON deposit_outbox',
  'EXECUTE ON FUNCTION open_account, grant_opening_balance, lock_for_transfer, post_transfer, post_confirmed_transfer, settle_deposit',
]
