/**
 * Returns where a user goes after signing in: the requested URL if it is, to the letter, an http(s) URL of one of the
 * company's public origins, else `fallback`. Anything a parser could read in two ways is refused: relative URLs,
 * user info, back slashes, control characters, a parameter given twice (CWE-601).
 *
 * The answer is what the URL parser makes of it, so what was checked is what is sent.
 */
export function safeReturnTo(value: unknown, origins: readonly string[], fallback: string): string {
  if (typeof value !== 'string' || value.length > 2048) return fallback
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(value)) return fallback
  if (!origins.some((origin) => value === origin || value.startsWith(`${origin}/`) || value.startsWith(`${origin}?`))) {
    return fallback
  }
  if (!URL.canParse(value)) return fallback
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || !origins.includes(url.origin)) return fallback
  return url.href
}
