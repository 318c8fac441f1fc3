import { isUtf8 } from 'node:buffer'
import Type, { type Static } from 'typebox'
import { isCanonicalBase64url } from '../canonical-base64url.js'
import { AuthError } from '../errors.js'
import { compileShape } from '../tokens/compile-shape.js'

const Bytes = (maxBytes: number, description: string) =>
  Type.String({ minLength: 1, maxLength: Math.ceil((maxBytes * 4) / 3), description: `${description}, base64url` })

/** W3C WebAuthn, section 4: a credential id has at most 1023 bytes. */
const common = {
  id: Bytes(1_023, 'The credential id'),
  rawId: Bytes(1_023, 'The same'),
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(Type.Union([Type.String({ maxLength: 32 }), Type.Null()])),
  clientExtensionResults: Type.Optional(Type.Object({})),
}

/** A response to `navigator.credentials.create()`, as `toJSON()` returns it (W3C WebAuthn, section 5.1). */
export const RegistrationJson = Type.Object({
  ...common,
  response: Type.Object({
    clientDataJSON: Bytes(2_048, 'The client data'),
    attestationObject: Bytes(4_096, 'Authenticator data and attestation'),
    transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 8 })),
  }),
})
export type RegistrationJson = Static<typeof RegistrationJson>

/** A response to `navigator.credentials.get()`, as `toJSON()` returns it. */
export const AssertionJson = Type.Object({
  ...common,
  response: Type.Object({
    clientDataJSON: Bytes(2_048, 'The client data'),
    authenticatorData: Bytes(1_024, 'The authenticator data'),
    signature: Bytes(1_024, 'The signature'),
    userHandle: Type.Optional(Type.Union([Type.String({ maxLength: 86, description: 'The user id' }), Type.Null()])),
  }),
})
export type AssertionJson = Static<typeof AssertionJson>

const isRegistration = compileShape<RegistrationJson>(RegistrationJson)
const isAssertion = compileShape<AssertionJson>(AssertionJson)

/** Checks the shape and the encoding of a registration. @throws {AuthError} `passkey_invalid` */
export function readRegistration(value: unknown): RegistrationJson {
  if (!isRegistration(value)) throw new AuthError('passkey_invalid', 'not a registration')
  const { id, rawId, response } = value
  assertCanonical(id, rawId, response.clientDataJSON, response.attestationObject)
  return value
}

/** Checks the shape and the encoding of an assertion. @throws {AuthError} `passkey_invalid` */
export function readAssertion(value: unknown): AssertionJson {
  if (!isAssertion(value)) throw new AuthError('passkey_invalid', 'not an assertion')
  const { id, rawId, response } = value
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  assertCanonical(id, rawId, clientDataJSON, authenticatorData, signature, userHandle ?? '')
  return value
}

/** One encoding for each value, so that no log search and no unique key can be bypassed. */
function assertCanonical(...values: readonly string[]): void {
  if (!values.every(isCanonicalBase64url)) throw new AuthError('passkey_invalid', 'not canonical base64url')
}

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
