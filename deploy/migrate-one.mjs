/**
 * `migrate-one.mjs bank`: the tables of one service's own database, what the service's role may do there and, with DEMO=1, its people.
 * The database and both roles are there.
 */
import { prepareDatabase } from '../scripts/databases.mjs'
import { ownDatabase } from './own-database.mjs'

const { name, ownerUrl, role } = ownDatabase({ owner: true })
await prepareDatabase(name, { ownerUrl, role, demo: process.env.DEMO !== '0' })
process.stdout.write(`The database of ${name} is ready.\n`)
