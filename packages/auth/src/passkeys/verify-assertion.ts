import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { AuthError } from '../errors.js'
import type { AssertionJson } from './credential-json.js'
import { loadLibrary, refusing } from './library.js'
import type { RelyingParty } from './options.js'

/** A stored passkey. */
export interface KnownPasskey {
  readonly userId: string
  /** In base64url. */
  readonly credentialId: string
  /** A COSE key. */
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: bigint
}

export interface VerifiedAssertion {
  /** The new counter. Store it with a conditional update: a concurrent assertion may have been first. */
  readonly counter: bigint
  readonly backedUp: boolean
  /** RFC 8176: `hwk`, or `swk` for a passkey that a password manager has a copy of, and `user`. */
  readonly amr: readonly string[]
}

/** A signature counter that did not increase: two authenticators may have the same key. */
export class PasskeyCounterError extends AuthError {
  constructor() {
    super('passkey_invalid', 'the signature counter did not increase: the passkey may have been copied')
  }
}

/**
 * Verifies an assertion of a known passkey (W3C WebAuthn, section 7.2): the user handle, origin, relying party, user presence and
 * verification, the signature, the counter, and that its challenge is the given one.
 *
 * Does *not* check where the challenge comes from (`takeChallenge`), and does not update the counter. Without attestation `hwk` is
 * what the authenticator says.
 *
 * @param userIsKnown whether the session names the user. Otherwise the assertion must (section 7.2, step 6).
 * @throws {AuthError} `passkey_invalid`; {@link PasskeyCounterError} when the counter did not increase
 */
export async function verifyAssertion(
  assertion: AssertionJson,
  passkey: KnownPasskey,
  challenge: string,
  rp: RelyingParty,
  { userIsKnown }: { readonly userIsKnown: boolean },
): Promise<VerifiedAssertion> {
  const { userHandle } = assertion.response
  const expected = Buffer.from(passkey.userId).toString('base64url')
  if (userHandle ? userHandle !== expected : !userIsKnown) throw new AuthError('passkey_invalid', 'the user handle')
  if (assertion.id !== passkey.credentialId) throw new AuthError('passkey_invalid', 'another credential')
  const { verifyAuthenticationResponse } = await loadLibrary()
  const { verified, authenticationInfo } = await refusing(() =>
    verifyAuthenticationResponse({
      response: assertion as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: [...rp.origins],
      expectedRPID: rp.id,
      requireUserVerification: true,
      // The counter is checked below, after the signature: before it, any client could report a copied passkey.
      credential: { id: passkey.credentialId, publicKey: passkey.publicKey, counter: 0 },
    }),
  )
  if (!verified) throw new AuthError('passkey_invalid', 'the signature')
  const counter = BigInt(authenticationInfo.newCounter)
  if ((counter > 0n || passkey.counter > 0n) && counter <= passkey.counter) throw new PasskeyCounterError()
  const { credentialBackedUp: backedUp } = authenticationInfo
  return { counter, backedUp, amr: [backedUp ? 'swk' : 'hwk', 'user'] }
}
