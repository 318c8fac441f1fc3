/**
 * `migrate-one.mjs bank`: migrates one service's database, grants the service's role its privileges and, in a demo, adds the
 * demo users. The database and both roles must exist.
 */
import { prepareDatabase } from '../scripts/databases.mjs'
import { demoIsOn } from './demo-is-on.mjs'
import { ownDatabase } from './own-database.mjs'

const { name, ownerUrl, role } = ownDatabase({ owner: true })
await prepareDatabase(name, { ownerUrl, role, demo: demoIsOn() })
process.stdout.write(`The database of ${name} is ready.\n`)
