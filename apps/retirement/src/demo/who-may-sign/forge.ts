import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { AccessTokenClaims } from '@signet/auth/verifier'

/**
 * An exhibit, and the one place in retirement that signs anything: what somebody could do who has broken into a service
 * that only checks. The claims are fixed, the tokens go to the bank's verifier and to nobody else, and none lives longer
 * than a few seconds.
 */
export interface Attempt {
  /** What it is signed with, in words. */
  readonly means: string
  readonly token: string
}

export interface ForgeryOptions {
  /** The bank's public origin: in whose name, and for whom alone. */
  readonly bank: string
  /** The status of a sign-in that stands: a forger knows at least one, their own. */
  readonly status: AccessTokenClaims['status']
  readonly nowSeconds: number
}

/** What a service that verifies holds, and so what its burglar holds. */
export type Held =
  | { readonly alg: 'HS256'; readonly kid: string; readonly secret: string }
  | { readonly alg: 'EdDSA'; readonly kid: string; readonly publicKey: string }

const LIFE_SECONDS = 10
const INVENTED_ID = '00000000-0000-4000-8000-000000000000'

/** Whom the token names. There is no such customer. */
export const INVENTED_NAME = 'Nobody Whatsoever'

/** A token in the bank's name, made with everything that retirement holds, and one that shows what a bad one gets. */
export function forge(held: Held, options: ForgeryOptions): Attempt[] {
  const claims = claimsOf(options)
  const { kid } = held
  const control: Attempt = {
    means: 'A secret made up just now, to compare',
    token: signedByHmac({ alg: 'HS256', kid }, claims, randomBytes(32)),
  }
  if (held.alg === 'HS256') {
    const token = signedByHmac({ alg: 'HS256', kid }, claims, held.secret)
    return [{ means: 'The secret that retirement checks with', token }, control]
  }
  const input = inputOf({ alg: 'EdDSA', kid }, claims)
  const own = sign(null, Buffer.from(input), generateKeyPairSync('ed25519').privateKey)
  return [
    {
      means: 'The public key that retirement checks with, used as if it were a secret',
      token: signedByHmac({ alg: 'HS256', kid }, claims, held.publicKey),
    },
    { means: 'A key pair of retirement’s own, under the bank’s kid', token: `${input}.${own.toString('base64url')}` },
    control,
  ]
}

function claimsOf({ bank, status, nowSeconds }: ForgeryOptions): AccessTokenClaims {
  return {
    iss: bank,
    client_id: 'bank',
    aud: [bank],
    sub: INVENTED_ID,
    id: INVENTED_ID,
    username: 'nobody',
    name: INVENTED_NAME,
    sid: INVENTED_ID,
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
