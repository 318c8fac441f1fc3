const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Returns whether a text is a UUID (RFC 9562) in lower case. PostgreSQL responds with an error to anything else, not with no row. */
export const isUuid = (text: string): boolean => UUID.test(text)
