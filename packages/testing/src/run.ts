import { env } from 'node:process'

/** The PostgreSQL server that the whole test run shares; undefined when a test file runs alone. */
export const runServerUrl = env.TEST_SERVER_URL

/** A folder that ends with the run. */
export const runFolder = env.TEST_RUN_FOLDER
