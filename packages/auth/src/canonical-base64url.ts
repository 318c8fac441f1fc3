const CANONICAL_BASE64URL = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

/** Returns whether text is base64url without padding, foreign characters or unused bits (RFC 4648, section 3.5). */
export const isCanonicalBase64url = (text: string): boolean => CANONICAL_BASE64URL.test(text)
