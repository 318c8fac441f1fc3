import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto'
import { parsePrivateJwks } from '../../src/keys/private-jwks.js'
import type { SigningKey } from '../../src/keys/ring.js'
import { type Vector, vectorsOf } from '../vectors.js'
import { genuineClaims, type World } from '../world.js'
import type { ConformanceOptions } from './options.js'

/** The vectors of now. Their order is always the same. */
export interface Signed {
  readonly world: World
  readonly vectors: readonly Vector[]
}

/** Tokens are signed again after this time, because the verifier has a real clock. */
const SIGN_AGAIN_SECONDS = 5
/** Maximum time from signing to the answer. */
const DELAY_SECONDS = 20

/** Returns a function that signs the vectors, with these keys of one kind, for the current time. */
export function signing(options: ConformanceOptions, keys: readonly SigningKey[]): () => Signed {
  const [key, otherKey] = keys
  if (!key) throw new TypeError('at least one key is required')
  const [keyOfOtherKind] = key.alg === 'HS256' ? options.pairs : options.secrets
  const attackerKey = keyLike(key)
  // Other numbers for each run: the verifier may still follow the lists of an earlier one.
  const firstList = randomInt(1_000, 1_000_000) * 1_000
  const uri = (list: number) => `${options.issuer}/status-lists/${list}`
  const statuses = {
    firstList,
    revoked: { idx: 3, uri: uri(firstList - 1) },
    unavailable: { idx: 7, uri: uri(firstList - 2) },
    dropped: { idx: 7, uri: uri(firstList - 3) },
  }
  let signed: Signed | undefined
  return () => {
    const nowSeconds = Math.floor(Date.now() / 1_000)
    if (signed && nowSeconds - signed.world.nowSeconds <= SIGN_AGAIN_SECONDS) return signed
    const times = { iat: nowSeconds, exp: nowSeconds + options.accessTokenTtlSeconds, auth_time: nowSeconds }
    const claims = { ...(options.claims ?? genuineClaims(options, nowSeconds)), ...times }
    const world: World = {
      key,
      otherKey,
      keyOfOtherKind,
      attackerKey,
      claims,
      nowSeconds,
      delaySeconds: DELAY_SECONDS,
      accessTokenTtlSeconds: options.accessTokenTtlSeconds,
      statuses: options.issuerPort === undefined ? undefined : statuses,
    }
    signed = { world, vectors: vectorsOf(world, options.maxAgeSeconds, options.only) }
    return signed
  }
}

/** Returns a random key with the kid and of the kind of another one. */
function keyLike({ kid, alg }: SigningKey): SigningKey {
  if (alg === 'HS256') {
    const secret = randomBytes(48).toString('base64url')
    return { kid, alg, signingKey: secret, verificationKey: secret }
  }
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return parsePrivateJwks(JSON.stringify({ keys: [{ kid, ...jwk }] })).first
}
