import { randomBytes } from 'node:crypto'
import type { AccessTokenClaims, RingKey } from '@signet/auth/verifier'
import { encodePart, signedByAnother, signedByHmac } from '@signet/demo'

/**
 * The only code in retirement that signs a token. It shows what an attacker can do who controls a service that only
 * verifies. The tokens go to the bank only, name a user who does not exist, and live ten seconds.
 */
export interface Forgery {
  /** Describes the key. */
  readonly means: string
  readonly token: string
}

const LIFE_SECONDS = 10
const FORGED_ID = '00000000-0000-4000-8000-000000000000'

/** The name in the forged token. No such customer exists. */
export const FORGED_NAME = 'Forged User'

/**
 * Forges tokens with the key that retirement verifies with, and one with a random secret for comparison. An attacker knows the
 * claims of at least one active session: their own.
 */
export function forge({ alg, kid, verificationKey }: RingKey, own: AccessTokenClaims, nowSeconds: number): Forgery[] {
  const claims = encodePart({
    ...own,
    aud: [own.iss],
    sub: FORGED_ID,
    id: FORGED_ID,
    sid: FORGED_ID,
    username: 'forged-user',
    name: FORGED_NAME,
    jti: randomBytes(16).toString('base64url'),
    iat: nowSeconds,
    exp: nowSeconds + LIFE_SECONDS,
  })
  const unsigned = (forgedAlg: RingKey['alg']) => `${encodePart({ alg: forgedAlg, typ: 'at+jwt', kid })}.${claims}`
  const byKey = signedByHmac(unsigned('HS256'), verificationKey)
  const control = { means: 'A random secret, for comparison', token: signedByAnother(unsigned('HS256')) }
  if (alg === 'HS256') return [{ means: 'The secret that retirement verifies with', token: byKey }, control]
  return [
    { means: 'The public key that retirement verifies with, used as an HMAC secret', token: byKey },
    { means: 'A new key pair with the bank’s kid', token: signedByAnother(unsigned('EdDSA')) },
    control,
  ]
}
