export { freePort } from './free-port.js'
export { openOwnServer, type OwnServer } from './own-server.js'
export { type DatabaseTemplate, openTestDatabase, type TestDatabase } from './test-database.js'
export { until, type UntilOptions } from './until.js'
