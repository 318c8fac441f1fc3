import { isCanonicalBase64url } from '../canonical-base64url.js'
import { AuthError } from '../errors.js'

export interface TokenHeader {
  readonly typ: string
  readonly alg: string
  readonly kid: string
}

const MAX_TOKEN_BYTES = 4_096

/**
 * Checks that a JWS in compact serialization (RFC 7515, section 7.1) has its canonical encoding, and returns its header.
 *
 * Base64url has unused bits in a last character, so four encodings of an HS256 signature decode to the same bytes, and JSON allows
 * white space and repeated members. Each would let two strings be the same token, and bypass a cache, a log search or a block list
 * that uses the token as its key. Header members other than `typ`, `alg` and `kid` (`crit`, `b64`, `zip`, `jwk`, `jku`, …) are
 * refused, because no token needs them.
 *
 * Does *not* check the signature, the algorithm or any claim.
 *
 * @throws {AuthError} `token_malformed`
 */
export function readCanonicalHeader(token: string, maxBytes = MAX_TOKEN_BYTES): TokenHeader {
  // A canonical token is ASCII, so characters are bytes.
  if (token.length > maxBytes) throw malformed(`longer than ${maxBytes} bytes`)
  const [headerPart, payloadPart, signaturePart, ...others] = token.split('.')
  if (headerPart === undefined || payloadPart === undefined || signaturePart === undefined || others.length > 0) {
    throw malformed('not three parts')
  }
  if (signaturePart === '' || !isCanonicalBase64url(signaturePart)) {
    throw malformed('signature is not canonical base64url')
  }
  const header = readHeader(headerPart)
  readObject(payloadPart, 'payload')
  return header
}

function readHeader(part: string): TokenHeader {
  const { typ, alg, kid, ...others } = readObject(part, 'header')
  if (typeof typ !== 'string' || typeof alg !== 'string' || typeof kid !== 'string') {
    throw malformed('typ, alg and kid must be strings')
  }
  if (Object.keys(others).length > 0) throw malformed('header members beyond typ, alg and kid')
  return { typ, alg, kid }
}

function readObject(part: string, name: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    throw malformed(`${name} is not JSON`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`${name} is not an object`)
  // This detects padding, foreign characters, unused bits, invalid UTF-8, white space, repeated members, needless escapes and
  // other notations of numbers.
  if (Buffer.from(JSON.stringify(value)).toString('base64url') !== part) throw malformed(`${name} is not canonical`)
  return value as Record<string, unknown>
}

function malformed(detail: string): AuthError {
  return new AuthError('token_malformed', detail)
}
