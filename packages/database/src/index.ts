export {
  type AdapterOptions,
  CONNECT_LIMIT_MILLISECONDS,
  isReachable,
  postgresAdapter,
  requireReachable,
} from './client.js'
export { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './embedded/start.js'
export { DATABASE_START_CODES, type DatabaseStartCode, DatabaseStartError } from './errors.js'
export { lockForTransaction } from './lock.js'
export { schemaDrift } from './migrations/drift.js'
export { isMigrated, migrate } from './migrations/migrate.js'
export { openPool } from './pool.js'
export { type ProvisionOptions, provision } from './provision.js'
export { isDatabaseUnavailable, isUniqueViolation } from './query-errors.js'
