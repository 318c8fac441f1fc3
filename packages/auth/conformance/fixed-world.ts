import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import type { SigningKey } from '../src/keys/ring.js'
import { genuineClaims, type World } from './world.js'

/** The settings of a verifier that the files of vectors are for. */
export const SETTINGS = {
  issuer: 'https://id.example.com',
  audience: 'https://app.example.com',
  clientId: 'id',
  cookieName: 'example_token',
  accessTokenTtlSeconds: 300,
  maxAgeSeconds: 60,
  nowSeconds: 1_800_000_000,
} as const

/** These keys are public, so that all can verify the vectors. Never use them for anything else. */
const secretKey = (kid: string, secret: string): SigningKey => ({
  kid,
  alg: 'HS256',
  signingKey: secret,
  verificationKey: secret,
})

/** Returns a key pair that is derived from a public text. */
export function publicTestPair(kid: string, seed: string): SigningKey {
  // RFC 8410, section 7: the start of every Ed25519 private key in PKCS #8.
  const start = Buffer.from('302e020100300506032b657004220420', 'hex')
  const key = Buffer.concat([start, createHash('sha256').update(seed).digest()])
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  return {
    kid,
    alg: 'EdDSA',
    signingKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    verificationKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
  }
}

const SECRET = secretKey('k1', 'a-public-secret-of-the-vectors-never-use-it')
const PAIR = publicTestPair('p1', 'a public key pair of the vectors, never use it')

/** The keys of the verifier in every file. */
export const FIXED_KEYS = {
  HS256: [SECRET, secretKey('k0', 'an-older-public-secret-of-the-vectors')],
  EdDSA: [PAIR, publicTestPair('p0', 'an older public key pair of the vectors')],
} as const

/** Returns the world of the files: fixed keys and a fixed clock. */
export function fixedWorld(alg: SigningKey['alg']): World {
  const [key, otherKey] = FIXED_KEYS[alg]
  const { issuer, nowSeconds, accessTokenTtlSeconds } = SETTINGS
  const uri = (list: number) => `${issuer}/status-lists/${list}`
  return {
    key,
    otherKey,
    keyOfOtherKind: alg === 'HS256' ? PAIR : SECRET,
    attackerKey:
      alg === 'HS256'
        ? secretKey('k1', 'the-secret-of-an-attacker-of-32-bytes')
        : publicTestPair('p1', 'the key pair of an attacker'),
    claims: genuineClaims(SETTINGS, nowSeconds),
    nowSeconds,
    delaySeconds: 0,
    accessTokenTtlSeconds,
    statuses: {
      firstList: 100,
      revoked: { idx: 3, uri: uri(0) },
      unavailable: { idx: 7, uri: uri(1) },
      dropped: { idx: 7, uri: uri(2) },
    },
  }
}
