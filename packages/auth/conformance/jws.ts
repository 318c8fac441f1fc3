import { createHmac, sign as signBytes } from 'node:crypto'
import type { SigningKey } from '../src/keys/ring.js'

/** Encodes JSON, or a text as it is, in base64url. */
export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Signs an input with the algorithm of the key. `hash` selects another HMAC, which no verifier may accept. */
export function signatureOf(
  input: string,
  { alg, signingKey }: Pick<SigningKey, 'alg' | 'signingKey'>,
  hash = 'sha256',
) {
  const bytes =
    alg === 'HS256'
      ? createHmac(hash, signingKey).update(input).digest()
      : signBytes(null, Buffer.from(input), signingKey)
  return bytes.toString('base64url')
}

/** Signs any header and payload, as an attacker with the key could. */
export function jws(
  payload: unknown,
  header: unknown,
  key: Pick<SigningKey, 'alg' | 'signingKey'>,
  hash?: string,
): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${signatureOf(input, key, hash)}`
}
