/**
 * Returns the URL to which a user returns after signing in: `value` if it is exactly an http(s) URL of one of the public origins,
 * else `fallback`. Refuses everything that parsers could read differently: relative URLs, user info, backslashes, control
 * characters, a repeated parameter (CWE-601).
 *
 * Returns the parser's normalized form, so that the checked URL is the sent one.
 */
export function safeReturnTo(value: unknown, origins: readonly string[], fallback: string): string {
  if (typeof value !== 'string' || value.length > 2048) return fallback
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rule looks for control characters
  if (/[\u0000-\u0020\u007f\\]/.test(value)) return fallback
  if (!origins.some((origin) => value === origin || value.startsWith(`${origin}/`) || value.startsWith(`${origin}?`))) {
    return fallback
  }
  if (!URL.canParse(value)) return fallback
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || !origins.includes(url.origin)) return fallback
  return url.href
}
