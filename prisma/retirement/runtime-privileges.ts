/** Privileges of retirement's runtime role, for `grantRuntime()`. Only a function adds to a plan's history. */
export const runtimePrivileges: readonly string[] = [
  'SELECT ON ALL TABLES IN SCHEMA public',
  'INSERT, UPDATE (allocation) ON plans',
  'EXECUTE ON FUNCTION credit_deposit',
]
