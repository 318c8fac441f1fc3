import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** Base64url (RFC 4648, section 5). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export type Part = 'header' | 'payload'

const partsOf = (token: string): [header: string, payload: string, signature: string] => {
  const [header = '', payload = '', ...signature] = token.split('.')
  return [header, payload, signature.join('.')]
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Decodes header and payload to text, formatted when they are JSON. Never throws. Does not verify anything. */
export function decode(token: string): Readonly<Record<Part, string>> {
  const [header, payload] = partsOf(token)
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
  const [header, payload, signature] = partsOf(token)
  const changed = encode({ ...membersOf(token, part), [name]: value })
  return part === 'header' ? `${changed}.${payload}.${signature}` : `${header}.${changed}.${signature}`
}

/** Sets `alg` to `none` and removes the signature (RFC 7518, section 3.6). */
export function unsigned(token: string): string {
  const [header, payload] = partsOf(withMember(token, 'header', 'alg', 'none'))
  return `${header}.${payload}.`
}

/** Signs the token again with a new random key of the same algorithm. */
export function signedByAnother(token: string): string {
  const [header, payload] = partsOf(token)
  const input = `${header}.${payload}`
  const signature =
    membersOf(token, 'header').alg === 'EdDSA'
      ? sign(null, Buffer.from(input), generateKeyPairSync('ed25519').privateKey)
      : createHmac('sha256', randomBytes(32)).update(input).digest()
  return `${input}.${signature.toString('base64url')}`
}

/** Encodes the same signature bytes differently: the last base64url character has unused bits. */
export function otherLastCharacter(token: string): string {
  const last = ALPHABET.indexOf(token.at(-1) ?? 'A')
  return `${token.slice(0, -1)}${ALPHABET[last ^ 1]}`
}
