import { fastifyCookie } from '@fastify/cookie'
import type { FastifyReply } from 'fastify'

export interface CookieScope {
  /**
   * First part of every cookie name, before an underscore. Installations under one parent domain, or on two ports of one host
   * (cookies have no port), need different prefixes.
   */
  readonly prefix: string
  /** `Domain` of shared cookies. Undefined: host-only. */
  readonly domain: string | undefined
  /** Whether the public URLs are https. Sets `Secure` and the name prefix `__Secure-` or `__Host-`. */
  readonly secure: boolean
}

export interface CookieDefinition {
  readonly name: string
  readonly secure: boolean
  set(reply: FastifyReply, value: string, maxAgeSeconds: number): void
  /** Clears the cookie with the attributes it was set with: a browser keeps a cookie with another `Domain` or `Path`. */
  clear(reply: FastifyReply): void
  /**
   * Clears the name with and without `Domain`, at `/` and at every path whose cookies a request for `url` carries. For several
   * cookies of one name, of which a sibling host may have chosen the path.
   */
  clearEverywhere(reply: FastifyReply, url?: string): void
}

export interface CookieOptions {
  /** Hides the cookie from scripts. Default true, as every cookie that authenticates needs. */
  readonly httpOnly?: boolean
  /** Default `/`. Another path excludes the `__Host-` prefix, which browsers accept only with `/`. */
  readonly path?: string
}

/**
 * Defines the name and attributes of a cookie in one place, so that setting and clearing always match.
 *
 * `HttpOnly` hides it from scripts. `SameSite=Lax` keeps it out of cross-site requests, but not from sibling hosts, which need the
 * same-origin rule. `path` protects nothing (RFC 6265bis, section 8.6): it only keeps a cookie out of requests that do not need
 * it. Browsers refuse `__Secure-` and `__Host-` cookies (section 4.1.3) that were set over http.
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
    // Values are literal: base64url and dots need no escaping, so readers in other languages need no unescaping.
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

/** Limits what a long URL adds to its response. No route is this deep. */
const MAX_COOKIE_PATHS = 16
/** A path that is valid as an attribute value. No cookie can have any other. */
const ATTRIBUTE_PATH = /^\/[!-:<-~]*$/

/** Returns the paths whose cookies a request for `url` carries (RFC 6265, section 5.1.4), `/` first. */
function cookiePaths(url: string): string[] {
  const [path = ''] = url.split('?', 1)
  const paths = new Set(['/'])
  if (!ATTRIBUTE_PATH.test(path)) return [...paths]
  for (let at = path.indexOf('/', 1); at !== -1 && paths.size < MAX_COOKIE_PATHS; at = path.indexOf('/', at + 1)) {
    paths.add(path.slice(0, at)).add(path.slice(0, at + 1))
  }
  return [...paths.add(path)]
}

/** Maximum number of cookies of one name that are tried: each may cost a signature check or a lookup. */
export const MAX_COOKIES_TRIED = 4

export interface CookieReading {
  /** Number of cookies with this name. */
  readonly count: number
  /** First value of that name, as sent. Empty if there is none. */
  readonly value: string
  /** Further values, at most {@link MAX_COOKIES_TRIED} together with the first. */
  readonly others: readonly string[]
}

/**
 * Reads one cookie from a `Cookie` header without parsing the others, and counts how often its name occurs. Does *not* decode the
 * value.
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
    // Visits each pair once, so that a header of nothing but the name costs no more than another.
    at = header.indexOf(name, end)
  }
  return count === 0 ? NONE : { count, value, others }
}

const NONE: CookieReading = { count: 0, value: '', others: [] }
const EQUALS = 0x3d
const SEMICOLON = 0x3b
/** Whitespace around a name: a space or a tab (RFC 6265bis, section 5.6). */
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09
