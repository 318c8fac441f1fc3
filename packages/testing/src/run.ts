/** URL of the PostgreSQL server of the whole test run. Undefined when a test file runs alone. */
export const runServerUrl = process.env.TEST_SERVER_URL

/** A folder that exists for the duration of the run. */
export const runFolder = process.env.TEST_RUN_FOLDER
