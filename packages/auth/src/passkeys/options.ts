import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { PASSKEY_CHALLENGE_SECONDS } from '../lifetimes.js'
import { ALGORITHMS, loadLibrary } from './library.js'

export type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON }

/** The service that registers passkeys and accepts them. */
export interface RelyingParty {
  /** The domain that passkeys are bound to: the parent of all apps. Browsers let every host below it use them. */
  readonly id: string
  /** Shown by some browsers. */
  readonly name: string
  /** Origins of pages whose ceremonies are accepted. A sibling host can ask for an assertion too, but names its own origin. */
  readonly origins: readonly string[]
}

export interface RegisteredCredential {
  readonly credentialId: string
  readonly transports: readonly string[]
}

const TIMEOUT_MS = PASSKEY_CHALLENGE_SECONDS * 1000
const encode = (text: string) => new Uint8Array(Buffer.from(text))
const decode = (challenge: string) => new Uint8Array(Buffer.from(challenge, 'base64url'))
const named = ({ credentialId, transports }: RegisteredCredential) => ({
  id: credentialId,
  transports: [...transports],
})

/**
 * Returns the options of `navigator.credentials.create()` as JSON (W3C WebAuthn, section 5.4): a discoverable credential, with user
 * verification and without attestation.
 *
 * @param challenge of `createChallenge`
 * @param registered the user's passkeys. An authenticator that has one of them refuses to create another.
 */
export async function creationOptions(
  rp: RelyingParty,
  user: { readonly id: string; readonly username: string; readonly name: string },
  challenge: string,
  registered: readonly RegisteredCredential[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await loadLibrary()
  return generateRegistrationOptions({
    rpID: rp.id,
    rpName: rp.name,
    userID: encode(user.id),
    userName: user.username,
    userDisplayName: user.name,
    challenge: decode(challenge),
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    excludeCredentials: registered.map(named),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  })
}

/**
 * Returns the options of `navigator.credentials.get()` as JSON (W3C WebAuthn, section 5.5), with user verification.
 *
 * @param challenge of `createChallenge`
 * @param allowed the user's passkeys; empty at a login, where the browser offers all that it has.
 */
export async function requestOptions(
  rp: RelyingParty,
  challenge: string,
  allowed: readonly RegisteredCredential[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await loadLibrary()
  return generateAuthenticationOptions({
    rpID: rp.id,
    challenge: decode(challenge),
    timeout: TIMEOUT_MS,
    userVerification: 'required',
    allowCredentials: allowed.map(named),
  })
}
