import { createPublicKey } from 'node:crypto'
import { FIXED_KEYS, fixedWorld, SETTINGS } from './fixed-world.js'
import type { Category } from './group.js'
import { DROPPED, statusListToken } from './status-lists.js'
import { type Vector, vectorsOf } from './vectors.js'

/** Changes with the meaning of a member. New vectors do not change it. */
const FORMAT_VERSION = 1

/** Returns the contents of `vectors`: one file for each category, by name. */
export function vectorFiles(): ReadonlyMap<string, string> {
  const all = (['HS256', 'EdDSA'] as const).flatMap((alg) =>
    vectorsOf(fixedWorld(alg), SETTINGS.maxAgeSeconds).map((vector) => ({ alg, vector })),
  )
  const categories = [...new Set(all.map(({ vector }) => vector.category))]
  return new Map(categories.map((category) => [`${category}.json`, fileOf(category, all)]))
}

function fileOf(category: Category, all: readonly { alg: 'HS256' | 'EdDSA'; vector: Vector }[]): string {
  const { nowSeconds, ...settings } = SETTINGS
  const file = {
    $schema: './schema.json',
    version: FORMAT_VERSION,
    category,
    settings,
    keys: {
      secrets: FIXED_KEYS.HS256.map(({ kid, signingKey: secret }) => ({ kid, secret })),
      jwks: { keys: FIXED_KEYS.EdDSA.map(({ kid, verificationKey }) => publicJwkOf(kid, verificationKey)) },
    },
    lists: otherLists(),
    vectors: all
      .filter(({ vector }) => vector.category === category)
      .map(({ alg, vector: { category: _, atSeconds = 0, list, ...vector } }) => ({
        ...vector,
        alg,
        clockSeconds: nowSeconds + atSeconds,
        ...(list ? { list: list.map((one) => ({ ...one, atSeconds: nowSeconds + one.atSeconds })) } : {}),
      })),
  }
  return `${JSON.stringify(file, null, 1)}\n`
}

/** The issuer's responses for the lists that several vectors name, by URI. */
function otherLists(): object {
  const { key, nowSeconds, statuses } = fixedWorld('HS256')
  const { issuer } = SETTINGS
  const uri = `${issuer}/status-lists/0`
  const body = statusListToken({ key, nowSeconds, issuer, uri })
  return {
    [uri]: { status: 200, etag: '"1"', body },
    [statuses?.unavailable.uri ?? '']: { status: 500 },
    [statuses?.dropped.uri ?? '']: DROPPED,
  }
}

function publicJwkOf(kid: string, pem: string): object {
  const { kty, crv, x } = createPublicKey(pem).export({ format: 'jwk' })
  return { kid, kty, crv, x, alg: 'EdDSA', use: 'sig' }
}
