import { createPublicKey, type JsonWebKey } from 'node:crypto'

/** Labels of a COSE key (RFC 9052, section 7; RFC 9053, section 7). */
const KTY = 1
const ALG = 3
const CURVE_OR_N = -1
const X_OR_E = -2
const Y = -3

const MIN_RSA_BITS = 2_048

/** A decoded COSE key. */
export interface CoseKey {
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
