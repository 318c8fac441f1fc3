import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { AuthError } from '../errors.js'
import type { RegistrationJson } from './credential-json.js'
import { ALGORITHMS, loadLibrary, refusing } from './library.js'
import type { RelyingParty } from './options.js'

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

/** Labels of a COSE key (RFC 9052, section 7; RFC 9053, section 7). */
const KTY = 1
const ALG = 3
const CURVE_OR_N = -1
const X_OR_E = -2
const Y = -3

const MIN_RSA_BITS = 2_048

/** A decoded COSE key. */
interface CoseKey {
  get(label: number): unknown
}

/**
 * Imports a decoded COSE key, so that no passkey is stored that could never sign in. Returns false for a key that cannot be
 * imported, that is of another type than its algorithm, or that is weak: RSA below 2048 bits or with an exponent below 65537.
 */
export function isUsablePublicKey(key: CoseKey): boolean {
  const jwk = jwkOf(key)
  if (!jwk) return false
  try {
    const { asymmetricKeyDetails: details } = createPublicKey({ key: jwk, format: 'jwk' })
    if (jwk.kty !== 'RSA') return true
    return (details?.modulusLength ?? 0) >= MIN_RSA_BITS && (details?.publicExponent ?? 0n) >= 65_537n
  } catch {
    return false
  }
}

function jwkOf(key: CoseKey): JsonWebKey | undefined {
  const type = [key.get(KTY), key.get(ALG)].join()
  const curve = key.get(CURVE_OR_N)
  const text = (label: number) => {
    const bytes = key.get(label)
    return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64url') : ''
  }
  if (type === '2,-7' && curve === 1) return { kty: 'EC', crv: 'P-256', x: text(X_OR_E), y: text(Y) }
  if (type === '1,-8' && curve === 6) return { kty: 'OKP', crv: 'Ed25519', x: text(X_OR_E) }
  if (type === '3,-257') return { kty: 'RSA', n: text(CURVE_OR_N), e: text(X_OR_E) }
  return undefined
}
