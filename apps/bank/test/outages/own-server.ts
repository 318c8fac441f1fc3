import { openOwnServer } from '@signet/testing'

/** The PostgreSQL that the suites of one test file stop and start again. */
export const server = await openOwnServer()
