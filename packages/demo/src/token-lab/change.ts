import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** Base64url (RFC 4648, section 5). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export type Part = 'header' | 'payload'

/** Encodes a part of a token: JSON in base64url. */
export const encodePart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Decodes header and payload to text, formatted when they are JSON. Never throws. Does not verify anything. */
export function decode(token: string): Readonly<Record<Part, string>> {
  const [header = '', payload = ''] = token.split('.')
  return { header: readable(header), payload: readable(payload) }
}

function readable(part: string): string {
  const text = Buffer.from(part, 'base64url').toString()
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** Returns the members of a part; empty unless it is a JSON object. Does not verify anything. */
export function membersOf(token: string, part: Part): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(decode(token)[part])
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Replaces one member and keeps the signature. */
export function withMember(token: string, part: Part, name: string, value: unknown): string {
  const changed = encodePart({ ...membersOf(token, part), [name]: value })
  const [header = '', payload = '', ...signature] = token.split('.')
  return [...(part === 'header' ? [changed, payload] : [header, changed]), signature.join('.')].join('.')
}

/** Returns header and payload: what a signature covers. */
const signingInput = (token: string): string => token.split('.', 2).join('.')

/** Sets `alg` to `none` and removes the signature (RFC 7518, section 3.6). */
export const unsigned = (token: string): string => `${signingInput(withMember(token, 'header', 'alg', 'none'))}.`

/** Replaces the signature by an HMAC with this secret (RFC 7518, section 3.2). */
export const signedByHmac = (token: string, secret: string | Buffer): string =>
  `${signingInput(token)}.${createHmac('sha256', secret).update(signingInput(token)).digest('base64url')}`

/** Signs the token again with a new random key of the same algorithm. */
export function signedByAnother(token: string): string {
  if (membersOf(token, 'header').alg !== 'EdDSA') return signedByHmac(token, randomBytes(32))
  const signature = sign(null, Buffer.from(signingInput(token)), generateKeyPairSync('ed25519').privateKey)
  return `${signingInput(token)}.${signature.toString('base64url')}`
}

/** Encodes the same signature bytes differently: the last base64url character has unused bits. */
export function otherLastCharacter(token: string): string {
  const last = ALPHABET.indexOf(token.at(-1) ?? 'A')
  return `${token.slice(0, -1)}${ALPHABET[last ^ 1]}`
}
