/** What retirement's runtime role may do, for `grantRuntime()`. The history of a plan changes by a function alone. */
export const runtimePrivileges: readonly string[] = [
  'SELECT ON ALL TABLES IN SCHEMA public',
  'INSERT, UPDATE (allocation) ON plans',
  'EXECUTE ON FUNCTION credit_deposit',
]
