/** The PostgreSQL server that the whole test run shares; undefined when a test file runs alone. */
export const runServerUrl = process.env.TEST_SERVER_URL

/** A folder that ends with the run. */
export const runFolder = process.env.TEST_RUN_FOLDER
