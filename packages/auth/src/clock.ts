/** Tells the time in whole seconds since 1970-01-01T00:00:00Z, a NumericDate of RFC 7519 section 2. */
export type Clock = () => number

export const systemClock: Clock = () => Math.floor(Date.now() / 1000)
