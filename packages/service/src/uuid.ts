const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether text could be one of our ids; PostgreSQL answers anything else with an error instead of no row. */
export const isUuid = (text: string): boolean => UUID.test(text)
