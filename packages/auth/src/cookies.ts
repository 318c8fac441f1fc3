import { fastifyCookie } from '@fastify/cookie'
import type { FastifyReply } from 'fastify'

export interface CookieScope {
  /**
   * The first part of every name, before an underscore. Installations whose cookies reach the same browser on the same
   * hosts (below one parent domain, or on two ports: cookies have no port) need different ones.
   */
  readonly prefix: string
  /** `Domain` of a cookie that both apps receive; undefined = host-only. */
  readonly domain: string | undefined
  /** Whether the public URLs are https: sets `Secure`, and puts `__Secure-` or `__Host-` before the name. */
  readonly secure: boolean
}

export interface CookieDefinition {
  readonly name: string
  readonly secure: boolean
  set(reply: FastifyReply, value: string, maxAgeSeconds: number): void
  /** Clears with the very attributes of setting: a browser keeps a cookie whose `Domain` or `Path` is left out. */
  clear(reply: FastifyReply): void
  /**
   * Clears the name with and without `Domain`, at `/` and at every other path whose cookies a request for `url` carries: for
   * when several cookies of the name arrived, and a sibling host may have chosen the path of one.
   */
  clearEverywhere(reply: FastifyReply, url?: string): void
}

export interface CookieOptions {
  /** Whether scripts cannot read it. Default: true, as every cookie that authenticates needs. */
  readonly httpOnly?: boolean
  /** Default: `/`. With another, the name has no `__Host-` prefix, which browsers accept with `/` alone. */
  readonly path?: string
}

/**
 * The one place where a cookie gets its name and its attributes, so that setting and clearing cannot drift apart.
 *
 * `HttpOnly` keeps it from scripts, `SameSite=Lax` from requests of other sites (not from sibling hosts: those need
 * the same-origin rule), `Path=/` because a narrower path protects nothing (RFC 6265bis section 8.6): `path` only keeps a
 * cookie out of requests that do not need it. `__Secure-` and `__Host-` (section 4.1.3) make a browser refuse a cookie of
 * that name that was set over http.
 */
export function defineCookie(purpose: string, scope: CookieScope, options: CookieOptions = {}): CookieDefinition {
  const { httpOnly = true, path: ownPath = '/' } = options
  const isHostPrefixed = scope.domain === undefined && ownPath === '/'
  const guard = scope.secure ? (isHostPrefixed ? '__Host-' : '__Secure-') : ''
  const name = `${guard}${scope.prefix}_${purpose}`
  const attributes = {
    httpOnly,
    sameSite: 'lax',
    secure: scope.secure,
    // Values are literal: base64url and dots need no escaping, and a reader in another language must not unescape.
    encode: String,
  } as const
  const write = (reply: FastifyReply, domain: string | undefined, value: string, maxAge: number, path = ownPath) => {
    const scoped = domain === undefined ? attributes : { ...attributes, domain }
    reply.header('set-cookie', fastifyCookie.serialize(name, value, { ...scoped, path, maxAge }))
  }
  return {
    name,
    secure: scope.secure,
    set: (reply, value, maxAgeSeconds) => write(reply, scope.domain, value, maxAgeSeconds),
    clear: (reply) => write(reply, scope.domain, '', 0),
    clearEverywhere: (reply, url = '/') => {
      for (const path of cookiePaths(url)) {
        if (scope.domain !== undefined) write(reply, scope.domain, '', 0, path)
        write(reply, undefined, '', 0, path)
      }
    },
  }
}

/** Bounds what a long URL adds to its response. No route here is this deep. */
const MAX_COOKIE_PATHS = 16
/** A path that can be the value of an attribute. Any other can be no cookie's path. */
const ATTRIBUTE_PATH = /^\/[!-:<-~]*$/

/** The paths whose cookies a request for `url` carries (RFC 6265 section 5.1.4), `/` first. */
function cookiePaths(url: string): string[] {
  const [path = ''] = url.split('?', 1)
  const paths = new Set(['/'])
  if (!ATTRIBUTE_PATH.test(path)) return [...paths]
  for (let at = path.indexOf('/', 1); at !== -1 && paths.size < MAX_COOKIE_PATHS; at = path.indexOf('/', at + 1)) {
    paths.add(path.slice(0, at)).add(path.slice(0, at + 1))
  }
  return [...paths.add(path)]
}

/** Of several cookies of one name at most so many are tried: each may cost a signature check or a lookup. */
export const MAX_COOKIES_TRIED = 4

export interface CookieReading {
  /** How often the name is in the header. */
  readonly count: number
  /** The first value of that name, as sent; empty where there is none. */
  readonly value: string
  /** The next values, as far as they are tried: {MAX_COOKIES_TRIED} with the first. */
  readonly others: readonly string[]
}

/**
 * Cuts one cookie out of a `Cookie` header without parsing the others, and counts how often the name is in it.
 * The value is returned as it was sent; nothing is decoded.
 */
export function readCookie(header: string | undefined, name: string): CookieReading {
  if (header === undefined) return NONE
  let count = 0
  let value = ''
  let others = NONE.others
  let at = header.indexOf(name)
  while (at !== -1) {
    let before = at - 1
    while (isBlank(header.charCodeAt(before))) before -= 1
    let after = at + name.length
    while (isBlank(header.charCodeAt(after))) after += 1
    const semicolon = header.indexOf(';', after)
    const end = semicolon === -1 ? header.length : semicolon
    if (header.charCodeAt(after) === EQUALS && (before < 0 || header.charCodeAt(before) === SEMICOLON)) {
      if (count === 0) value = header.slice(after + 1, end)
      else if (count < MAX_COOKIES_TRIED) others = [...others, header.slice(after + 1, end)]
      count += 1
    }
    // Each pair is looked at once, so that a header made of nothing but the name costs no more than another.
    at = header.indexOf(name, end)
  }
  return count === 0 ? NONE : { count, value, others }
}

const NONE: CookieReading = { count: 0, value: '', others: [] }
const EQUALS = 0x3d
const SEMICOLON = 0x3b
/** What may stand around a name: a space or a tab (RFC 6265bis section 5.6). */
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09
