import type { IncomingMessage } from 'node:http'

/** A whole URL in place of a path, as a client sends it to a proxy (RFC 9112 section 3.2.2). */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)([^#]*)/i

/** Percent-encoded letters, digits, `-`, `.`, `_` and `~`: the same URL as without the encoding (RFC 3986 section 6.2.2.2). */
const NEEDLESS_ESCAPE = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi

/**
 * Returns the path and query of a request target, in one form: without the authority of an absolute URL, and with no
 * needless escape in the path. Routes, logs, `return_to` and the choice between JSON and a page all read this form.
 */
export function originForm({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  const pathAndQuery = ABSOLUTE_FORM.exec(url)?.[2] ?? url
  const path = pathAndQuery.split('?', 1)[0] ?? ''
  const query = pathAndQuery.slice(path.length)
  const decoded = path.replace(NEEDLESS_ESCAPE, (encoded) => decodeURIComponent(encoded))
  return decoded === '' ? `/${query}` : decoded + query
}

/** Returns the authority that an absolute request target names; undefined for a path. */
export const authorityOf = (target: string): string | undefined => ABSOLUTE_FORM.exec(target)?.[1]

/** Whether a path, as `originForm` returns it, belongs to the JSON API. */
export const isApiPath = (url: string): boolean => /^\/api(?:[/?]|$)/.test(url)
