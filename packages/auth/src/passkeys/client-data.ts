import { isUtf8 } from 'node:buffer'
import { AuthError } from '../errors.js'

/**
 * Reads the challenge of client data, and checks what the library does not: that it is JSON with unique members, and that the
 * ceremony ran in a top-level page of its origin (W3C WebAuthn, section 5.8.1).
 *
 * Does *not* check the origin, the challenge or a signature.
 *
 * @throws {AuthError} `passkey_invalid`
 */
export function readChallenge(clientDataJSON: string, type: 'webauthn.create' | 'webauthn.get'): string {
  const bytes = Buffer.from(clientDataJSON, 'base64url')
  const data = isUtf8(bytes) ? parse(bytes.toString()) : undefined
  if (data === undefined) throw new AuthError('passkey_invalid', 'client data is not JSON with unique members')
  if (data.type !== type) throw new AuthError('passkey_invalid', 'client data of another ceremony')
  if (data.crossOrigin !== undefined && data.crossOrigin !== false)
    throw new AuthError('passkey_invalid', 'a cross-origin ceremony')
  if (data.topOrigin !== undefined) throw new AuthError('passkey_invalid', 'a ceremony below another top origin')
  if (typeof data.challenge !== 'string') throw new AuthError('passkey_invalid', 'client data without a challenge')
  return data.challenge
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    // Some Android versions escape slashes, which JSON allows. A repeated member or white space is in no browser's text.
    const plain = text.replaceAll('\\/', '/')
    return JSON.stringify(value) === plain ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
