import { isUtf8 } from 'node:buffer'
import { AuthError } from '../errors.js'

export interface CompactToken {
  readonly header: { readonly typ: string; readonly alg: string; readonly kid: string }
  readonly payload: Readonly<Record<string, unknown>>
}

const MAX_TOKEN_BYTES = 4096

type Header = CompactToken['header']
/** Headers that were read before, as they were spelt: of genuine tokens there are as many as keys and kinds. */
const knownHeaders = new Map<string, Header>()
const MAX_KNOWN_HEADERS = 32

/**
 * Reads a JWS in compact serialization (RFC 7515 section 7.1) and refuses every spelling but one.
 *
 * Base64url leaves unused bits in a last character, so four (HS256) spellings of one signature decode to the same
 * bytes; JSON has white space and repeated members. Each would let two strings be the same token, which defeats
 * whatever is keyed by the token: a cache, a log search, a block list. Header members beyond `typ`, `alg` and `kid`
 * (`crit`, `b64`, `zip`, `jwk`, `jku`, …) are refused, none is ever needed here.
 *
 * Does *not* check the signature, the algorithm or any claim.
 *
 * @throws {AuthError} `token_malformed`
 */
export function parseCompact(token: string, maxBytes = MAX_TOKEN_BYTES): CompactToken {
  if (token.length > maxBytes) throw malformed(`longer than ${maxBytes} bytes`)
  const firstDot = token.indexOf('.')
  const lastDot = token.lastIndexOf('.')
  // A dot more would stand in the payload, and is in no base64url.
  if (firstDot === lastDot) throw malformed('not three parts')
  decode(token.slice(lastDot + 1), 'signature')
  const header = readHeader(token.slice(0, firstDot))
  return { header, payload: readObject(token.slice(firstDot + 1, lastDot), 'payload') }
}

function readHeader(part: string): Header {
  const known = knownHeaders.get(part)
  if (known) return known
  const { typ, alg, kid, ...others } = readObject(part, 'header')
  if (typeof typ !== 'string' || typeof alg !== 'string' || typeof kid !== 'string') {
    throw malformed('typ, alg and kid must be strings')
  }
  if (Object.keys(others).length > 0) throw malformed('header members beyond typ, alg and kid')
  const header = Object.freeze({ typ, alg, kid })
  // Anybody can make up headers: they push out what is known, and cost the next token its reading.
  if (knownHeaders.size >= MAX_KNOWN_HEADERS) knownHeaders.clear()
  knownHeaders.set(part, header)
  return header
}

/** Where parts are decoded, one after the other: what a token says is in here until the next is read. */
const decoded = Buffer.alloc(MAX_TOKEN_BYTES)

/** The bytes of a part. Decoders pass over what is in no base64url and over bits that no byte needs; encoders write neither. */
function decode(part: string, name: string): Buffer {
  const bytes =
    part.length > MAX_TOKEN_BYTES
      ? Buffer.from(part, 'base64url')
      : decoded.subarray(0, decoded.write(part, 'base64url'))
  if (part === '' || bytes.toString('base64url') !== part) throw malformed(`${name} is not canonical base64url`)
  return bytes
}

function readObject(part: string, name: string): Record<string, unknown> {
  const bytes = decode(part, name)
  const text = bytes.toString()
  let value: unknown
  try {
    if (isUtf8(bytes)) value = JSON.parse(text)
  } catch {
    // It stays undefined, which no JSON is.
  }
  if (value === undefined) throw malformed(`${name} is not JSON`)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${name} is not an object`)
  // One comparison covers white space, repeated members, escapes that need not be and numbers spelt oddly.
  if (JSON.stringify(value) !== text) throw malformed(`${name} is not compact JSON with unique members`)
  return value as Record<string, unknown>
}

function malformed(detail: string): AuthError {
  return new AuthError('token_malformed', detail)
}
