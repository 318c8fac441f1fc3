/** `migrate-one.mjs bank`: the tables of one service's own database and, with DEMO=1, its people. The database is there. */
import { prepareDatabase } from '../scripts/databases.mjs'
import { ownDatabase } from './own-database.mjs'

const { name, url } = ownDatabase()
await prepareDatabase(name, url, { demo: process.env.DEMO !== '0' })
process.stdout.write(`The database of ${name} is ready.\n`)
