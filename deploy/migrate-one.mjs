/** `migrate-one.mjs bank`: the tables of one service's own database and, where the demo is on, its users. The database is there. */
import { prepareDatabase } from '../scripts/databases.mjs'
import { demoIsOn } from './demo-is-on.mjs'
import { ownDatabase } from './own-database.mjs'

const { name, url } = ownDatabase()
await prepareDatabase(name, url, { demo: demoIsOn() })
process.stdout.write(`The database of ${name} is ready.\n`)
