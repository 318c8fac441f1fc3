import { after } from 'node:test'
import { startSystem } from './support.js'

/** What the suites of one test file share. PostgreSQL is its own: a suite stops it. */
export const system = await startSystem({ ownServer: true })
after(() => system.close())
