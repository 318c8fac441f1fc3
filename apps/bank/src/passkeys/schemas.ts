import { AssertionJson, RegistrationJson } from '@signet/auth/issuer'
import Type from 'typebox'

/** The browser parses the options with `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`. */
export const CeremonyOptionsJson = Type.Object(
  { challenge: Type.String({ description: 'Base64url, valid for five minutes' }) },
  { additionalProperties: true, description: 'Options of WebAuthn as JSON' },
)

export const NewPasskeyBody = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 256 })),
    credential: RegistrationJson,
  },
  { additionalProperties: false },
)

export const Credential = AssertionJson
/** The same in a form, as a page's script writes it. */
export const CredentialText = Type.String({ maxLength: 16_384 })

export const Passkey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  backedUp: Type.Boolean({ description: 'Whether a password manager has a copy' }),
  transports: Type.Array(Type.String()),
  createdAt: Type.String({ description: 'ISO 8601, UTC' }),
  lastUsedAt: Type.Union([Type.String(), Type.Null()]),
})

export const AddedPasskey = Type.Object({
  ...Passkey.properties,
  recoveryCodes: Type.Array(Type.String(), {
    description: 'With the first passkey: codes that sign in once each, and that cannot be read again',
  }),
})

/** Reads the credential that a page's script put into a form. Returns undefined for text that is not JSON. */
export function readCredential(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
