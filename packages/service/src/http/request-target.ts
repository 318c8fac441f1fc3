import type { IncomingMessage } from 'node:http'

/** A full URL instead of a path, as for a proxy (RFC 9112, section 3.2.2). */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)([^#]*)/i

/** Percent-encoded unreserved characters, which mean the same without the encoding (RFC 3986, section 6.2.2.2). */
const NEEDLESS_ESCAPE = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi

/**
 * Returns the normalized path and query of a request target: without the authority of a full URL, and without needless escapes
 * in the path. Routes, logs, `return_to` and the choice between JSON and a page all use this form.
 */
export function originForm({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  if (url.startsWith('/') && !url.includes('%')) return url
  const pathAndQuery = ABSOLUTE_FORM.exec(url)?.[2] ?? url
  const path = pathAndQuery.split('?', 1)[0] ?? ''
  const query = pathAndQuery.slice(path.length)
  const decoded = path.replace(NEEDLESS_ESCAPE, (encoded) => decodeURIComponent(encoded))
  return decoded === '' ? `/${query}` : decoded + query
}

/** Returns the authority of a full URL as request target, or undefined for a path. */
export const authorityOf = (target: string): string | undefined => ABSOLUTE_FORM.exec(target)?.[1]

/** Returns whether a normalized path belongs to the JSON API. */
export const isApiPath = (url: string): boolean => /^\/api(?:[/?]|$)/.test(url)
