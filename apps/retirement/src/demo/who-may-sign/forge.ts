import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { AccessTokenClaims } from '@signet/auth/verifier'

/**
 * The only code in retirement that signs a token. It shows what an attacker can do who controls a service that only
 * verifies. The claims are fixed, the tokens go to the bank only, and they live ten seconds.
 */
export interface Attempt {
  /** Describes the key. */
  readonly means: string
  readonly token: string
}

export interface ForgeryOptions {
  /** The bank's public origin: issuer and only audience. */
  readonly bank: string
  /** The status of an active session: an attacker knows at least their own. */
  readonly status: AccessTokenClaims['status']
  readonly nowSeconds: number
}

/** The key material of a verifier, which an attacker who controls it has too. */
export type Held =
  | { readonly alg: 'HS256'; readonly kid: string; readonly secret: string }
  | { readonly alg: 'EdDSA'; readonly kid: string; readonly publicKey: string }

const LIFE_SECONDS = 10
const FORGED_ID = '00000000-0000-4000-8000-000000000000'

/** The name in the forged token. No such customer exists. */
export const FORGED_NAME = 'Forged User'

/** Forges tokens with all key material of retirement, and one with a random secret for comparison. */
export function forge(held: Held, options: ForgeryOptions): Attempt[] {
  const claims = claimsOf(options)
  const { kid } = held
  const control: Attempt = {
    means: 'A random secret, for comparison',
    token: signedByHmac({ alg: 'HS256', kid }, claims, randomBytes(32)),
  }
  if (held.alg === 'HS256') {
    const token = signedByHmac({ alg: 'HS256', kid }, claims, held.secret)
    return [{ means: 'The secret that retirement verifies with', token }, control]
  }
  const input = inputOf({ alg: 'EdDSA', kid }, claims)
  const own = sign(null, Buffer.from(input), generateKeyPairSync('ed25519').privateKey)
  return [
    {
      means: 'The public key that retirement verifies with, used as an HMAC secret',
      token: signedByHmac({ alg: 'HS256', kid }, claims, held.publicKey),
    },
    { means: 'A new key pair with the bank’s kid', token: `${input}.${own.toString('base64url')}` },
    control,
  ]
}

function claimsOf({ bank, status, nowSeconds }: ForgeryOptions): AccessTokenClaims {
  return {
    iss: bank,
    client_id: 'bank',
    aud: [bank],
    sub: FORGED_ID,
    id: FORGED_ID,
    username: 'forged-user',
    name: FORGED_NAME,
    sid: FORGED_ID,
    jti: randomBytes(16).toString('base64url'),
    iat: nowSeconds,
    exp: nowSeconds + LIFE_SECONDS,
    auth_time: nowSeconds,
    amr: ['pwd'],
    status,
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const inputOf = ({ alg, kid }: { alg: string; kid: string }, claims: object): string =>
  `${encode({ alg, typ: 'at+jwt', kid })}.${encode(claims)}`

function signedByHmac(header: { alg: string; kid: string }, claims: object, secret: string | Buffer): string {
  const input = inputOf(header, claims)
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
