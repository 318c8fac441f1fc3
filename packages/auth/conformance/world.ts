import type { SigningKey } from '../src/keys/ring.js'
import type { StatusReference } from '../src/revocation/reference.js'
import type { AccessTokenClaims } from '../src/tokens/access-token.js'
import { jws } from './jws.js'

/** The setting of the vectors: the attacker of most of them even has the signing key. */
export interface World {
  /** The key that signs genuine tokens. */
  readonly key: SigningKey
  /** Another verifying key of the same kind. Undefined: the verifier has one key. */
  readonly otherKey: SigningKey | undefined
  /** A key of the other kind, which the verifier also has. */
  readonly keyOfOtherKind: SigningKey | undefined
  /** The attacker's own key, with the kid of the genuine one. */
  readonly attackerKey: SigningKey
  /** Claims of a genuine token of `nowSeconds`. */
  readonly claims: AccessTokenClaims
  readonly nowSeconds: number
  /** Maximum time in seconds from `nowSeconds` until the verifier reads its clock. 0: its clock is fixed. */
  readonly delaySeconds: number
  readonly accessTokenTtlSeconds: number
  /** Sessions that the issuer's status lists do not show as active. Undefined: the issuer's lists cannot be chosen. */
  readonly statuses: OtherStatuses | undefined
}

export interface OtherStatuses {
  /** Number of the first list that the vectors about status lists name. */
  readonly firstList: number
  readonly revoked: StatusReference
  /** Its list cannot be fetched. */
  readonly unavailable: StatusReference
  /** The issuer has dropped its list. */
  readonly dropped: StatusReference
}

/** Returns functions that make the tokens of a world. */
export function forger({ key, claims: genuine }: Pick<World, 'key' | 'claims'>) {
  const { alg, kid } = key
  const header = { alg, typ: 'at+jwt', kid }
  const forge = (payload: unknown, head: unknown = header, by = key, hash?: string) => jws(payload, head, by, hash)
  return {
    header,
    forge,
    get good() {
      return forge(genuine)
    },
    /** A genuine token but for these claims. Undefined removes one. */
    claims: (change: object) => forge({ ...genuine, ...change }),
    /** A genuine token but for these members of its header. */
    headed: (change: object) => forge(genuine, { ...header, ...change }),
  }
}

/** Claims of a genuine token, for a verifier that has no user database. */
export const genuineClaims = (
  { issuer, audience, clientId }: { issuer: string; audience: string; clientId: string },
  nowSeconds: number,
): AccessTokenClaims => ({
  iss: issuer,
  client_id: clientId,
  aud: [issuer, audience],
  sub: '6f1c1c0e-7a54-4c3e-9d0b-3f5a0c9f2a11',
  id: '6f1c1c0e-7a54-4c3e-9d0b-3f5a0c9f2a11',
  username: 'ada',
  name: 'Ada Lovelace',
  sid: '0b7a3f52-1f5e-4f0e-8a3c-5d2f1c9e7b60',
  jti: 'AAAAAAAAAAAAAAAAAAAAAA',
  iat: nowSeconds,
  exp: nowSeconds + 300,
  auth_time: nowSeconds,
  amr: ['pwd'],
  status: { status_list: { idx: 7, uri: `${issuer}/status-lists/0` } },
})
