import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { AuthError } from '../errors.js'
import type { RegistrationJson } from './credential-json.js'
import { ALGORITHMS, loadLibrary, refusing } from './library.js'
import type { RelyingParty } from './options.js'
import { isUsablePublicKey } from './public-key.js'

/** A new passkey, to be stored with its user. */
export interface VerifiedRegistration {
  /** In base64url. */
  readonly credentialId: string
  /** A COSE key (RFC 9052). */
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
  readonly transports: readonly string[]
  /** Whether a password manager has a copy. The authenticator says so. */
  readonly backedUp: boolean
}

const TRANSPORT = /^[a-z-]{1,16}$/

/**
 * Verifies the registration of a passkey (W3C WebAuthn, section 7.1): origin, relying party, user presence and verification, the
 * algorithm, that the public key can be imported, and that its challenge is the given one.
 *
 * Does *not* check where the challenge comes from (`takeChallenge`), that the credential is new (a unique key of the store), or what
 * kind of authenticator it is. Attestation certificates are refused: none is requested, and the library would fetch revocation lists.
 *
 * @throws {AuthError} `passkey_invalid`
 */
export async function verifyRegistration(
  registration: RegistrationJson,
  challenge: string,
  rp: RelyingParty,
): Promise<VerifiedRegistration> {
  const { verifyRegistrationResponse } = await loadLibrary()
  const { decodeAttestationObject, decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers')
  const { response } = registration
  const { registrationInfo } = await refusing(async () => {
    const attestation = decodeAttestationObject(new Uint8Array(Buffer.from(response.attestationObject, 'base64url')))
    const isSelfSigned = attestation.get('fmt') === 'packed' && attestation.get('attStmt').get('x5c') === undefined
    if (attestation.get('fmt') !== 'none' && !isSelfSigned) {
      throw new AuthError('passkey_invalid', 'an attestation that was not requested')
    }
    return verifyRegistrationResponse({
      response: registration as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: [...rp.origins],
      expectedRPID: rp.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
  })
  if (!registrationInfo) throw new AuthError('passkey_invalid', 'attestation signature')
  const { credential, credentialBackedUp: backedUp } = registrationInfo
  const { id: credentialId, publicKey, counter } = credential
  if (credentialId !== registration.id) throw new AuthError('passkey_invalid', 'two credential ids')
  if (!isUsablePublicKey(await refusing(async () => decodeCredentialPublicKey(publicKey)))) {
    throw new AuthError('passkey_invalid', 'a public key that cannot be used')
  }
  const transports = (response.transports ?? []).filter((transport) => TRANSPORT.test(transport))
  return { credentialId, publicKey, counter, transports, backedUp }
}
