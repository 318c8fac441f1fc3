import { AuthError } from '../errors.js'

export interface CompactToken {
  readonly header: { readonly typ: string; readonly alg: string; readonly kid: string }
  readonly payload: Readonly<Record<string, unknown>>
}

const MAX_TOKEN_BYTES = 4096
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

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
  if (!COMPACT.test(token)) throw malformed('not three base64url parts')
  const [headerPart = '', payloadPart = '', signaturePart = ''] = token.split('.')
  decodeCanonical(signaturePart, 'signature')
  const header = parseCanonical(decodeCanonical(headerPart, 'header'), 'header')
  const payload = parseCanonical(decodeCanonical(payloadPart, 'payload'), 'payload')
  const { typ, alg, kid, ...others } = header
  if (typeof typ !== 'string' || typeof alg !== 'string' || typeof kid !== 'string') {
    throw malformed('typ, alg and kid must be strings')
  }
  if (Object.keys(others).length > 0) throw malformed('header members beyond typ, alg and kid')
  return { header: { typ, alg, kid }, payload }
}

function decodeCanonical(part: string, name: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (bytes.toString('base64url') !== part) throw malformed(`${name} is not canonical base64url`)
  return bytes
}

function parseCanonical(bytes: Buffer, name: string): Record<string, unknown> {
  let value: unknown
  let text: string
  try {
    text = utf8.decode(bytes)
    value = JSON.parse(text)
  } catch {
    throw malformed(`${name} is not JSON`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${name} is not an object`)
  // One comparison covers white space, repeated members, escapes that need not be and numbers spelt oddly.
  if (JSON.stringify(value) !== text) throw malformed(`${name} is not compact JSON with unique members`)
  return value as Record<string, unknown>
}

function malformed(detail: string): AuthError {
  return new AuthError('token_malformed', detail)
}
