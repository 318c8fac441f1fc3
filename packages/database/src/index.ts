export {
  type AdapterOptions,
  CONNECT_LIMIT_MILLISECONDS,
  packageFile,
  postgresAdapter,
  requireReachable,
} from './client.js'
export { type EmbeddedServer, startEmbeddedServer } from './embedded/start.js'
export { type DatabaseStartCode, DatabaseStartError } from './errors.js'
export { type Listener, type ListenState, listen } from './listen.js'
export { lockForTransaction } from './lock.js'
export { isMigrated, migrate } from './migrate.js'
export { openPool, type Pool } from './pool.js'
export { grantRuntime, provision, provisionRuntime } from './provision.js'
export { isDatabaseUnavailable, isUniqueViolation } from './query-errors.js'
