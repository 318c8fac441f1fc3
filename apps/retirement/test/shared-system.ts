import { after } from 'node:test'
import { startSystem } from './support.js'

/** Shared by the suites of one test file. It has its own PostgreSQL, because one suite stops it. */
export const system = await startSystem({ ownServer: true })
after(() => system.close())
