export { freePort } from './free-port.js'
export { type OwnServer, openOwnServer } from './own-server.js'
export { type DatabaseTemplate, openTestDatabase, ownerUrlOf, type TestDatabase } from './test-database.js'
export { until } from './until.js'
