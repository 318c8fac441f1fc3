/**
 * `migrate-one.mjs bank`: the tables of one service's own database, what the service's role may do there and, where the demo is on, its users.
 * The database and both roles are there.
 */
import { prepareDatabase } from '../scripts/databases.mjs'
import { demoIsOn } from './demo-is-on.mjs'
import { ownDatabase } from './own-database.mjs'

const { name, ownerUrl, role } = ownDatabase({ owner: true })
await prepareDatabase(name, { ownerUrl, role, demo: demoIsOn() })
process.stdout.write(`The database of ${name} is ready.\n`)
