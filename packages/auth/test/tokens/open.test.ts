// Signatures are checked by node:crypto. Beside two well-known libraries: whatever is opened here, they take too, with the
// same content; and of what is changed by a character, nothing is opened.
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type CryptoKey, compactVerify, type KeyObject } from 'jose'
import { parsePrivateJwks } from '../../src/issuer.js'
import type { KeyRing, RingKey } from '../../src/keys/ring.js'
import { openToken } from '../../src/tokens/open.js'
import { AuthError } from '../../src/verifier.js'
import { encode, forge, KEYS, SECRET } from '../support.js'

/** The library below `@fastify/jwt`, as that one finds it. */
const { createVerifier } = createRequire(createRequire(import.meta.url).resolve('@fastify/jwt'))('fast-jwt')

const PAIR = parsePrivateJwks(
  JSON.stringify({
    keys: [{ kid: 'pair', ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) }],
  }),
)

interface Kind {
  readonly name: string
  readonly ring: KeyRing
  readonly signed: (payload: object) => string
  readonly joseKey: Uint8Array | KeyObject | CryptoKey
}

const { kid, alg, signingKey, verificationKey } = PAIR.first
const KINDS: readonly Kind[] = [
  {
    name: 'HS256',
    ring: KEYS,
    signed: (payload) => forge(payload),
    joseKey: new TextEncoder().encode(SECRET),
  },
  {
    name: 'EdDSA',
    ring: PAIR,
    signed: (payload) => {
      const input = `${encode({ alg, typ: 'at+jwt', kid })}.${encode(payload)}`
      return `${input}.${sign(null, Buffer.from(input), signingKey).toString('base64url')}`
    },
    joseKey: createPublicKey(verificationKey),
  },
]

/** What is opened, or null for a refusal. */
async function opened(token: string, ring: KeyRing): Promise<object | null> {
  try {
    return (await openToken(token, ring)).payload
  } catch (error) {
    assert.ok(error instanceof AuthError, String(error))
    return null
  }
}

async function joseSays(token: string, { joseKey }: Kind): Promise<object | null> {
  const verified = await compactVerify(token, joseKey).catch(() => null)
  return verified && JSON.parse(new TextDecoder().decode(verified.payload))
}

function fastJwtSays(token: string, { ring }: Kind): object | null {
  try {
    return createVerifier({ key: ring.first.verificationKey, algorithms: [ring.first.alg], ignoreExpiration: true })(
      token,
    )
  } catch {
    return null
  }
}

const payloads = fc.record({
  sub: fc.string({ unit: 'grapheme', maxLength: 40 }),
  n: fc.integer(),
  list: fc.array(fc.string(), { maxLength: 3 }),
})

for (const kind of KINDS) {
  describe(kind.name, () => {
    test('what was signed is opened, with the key that signed it, and others read the same', async () => {
      await fc.assert(
        fc.asyncProperty(payloads, async (payload) => {
          const token = kind.signed(payload)
          const found = await openToken(token, kind.ring)
          const asSent = JSON.parse(JSON.stringify(payload))
          assert.deepEqual([found.payload, found.key], [asSent, kind.ring.first])
          assert.deepEqual(await joseSays(token, kind), asSent)
          assert.deepEqual(fastJwtSays(token, kind), asSent)
        }),
        { numRuns: 60 },
      )
    })

    test('with any one character replaced, removed or added nothing is opened', async () => {
      const token = kind.signed({ sub: 'u-1', n: 1 })
      assert.notEqual(await opened(token, kind.ring), null)
      const character = fc.constantFrom(...'ABYZabyz0189-_.=+/ é')
      await fc.assert(
        fc.asyncProperty(
          fc.nat(token.length - 1),
          fc.oneof(character, fc.constant('')),
          fc.boolean(),
          async (at, put, replace) => {
            const changed = token.slice(0, at) + put + token.slice(replace ? at + 1 : at)
            if (changed !== token) assert.equal(await opened(changed, kind.ring), null, changed)
          },
        ),
        { numRuns: 1_000 },
      )
    })

    test('whatever is opened of parts that were signed otherwise, the libraries take too', async () => {
      const parts = kind.signed({ sub: 'u-1' }).split('.')
      const others = kind.signed({ sub: 'u-2' }).split('.')
      const foreign = forge(
        { sub: 'u-1' },
        { alg: 'HS256', typ: 'at+jwt', kid: kind.ring.first.kid },
        {
          secret: 'a secret that nobody here has, 32 bytes',
        },
      ).split('.')
      const part = (n: number) => fc.constantFrom(parts[n], others[n], foreign[n], '')
      await fc.assert(
        fc.asyncProperty(part(0), part(1), part(2), async (...chosen) => {
          const token = chosen.join('.')
          const found = await opened(token, kind.ring)
          if (found === null) return
          assert.deepEqual(await joseSays(token, kind), found)
          assert.deepEqual(fastJwtSays(token, kind), found)
        }),
        { numRuns: 200 },
      )
    })
  })
}

test('a token that says from when on it is good is refused, whenever that is', () => {
  for (const nbf of [0, 1_900_000_000, 'soon', null]) {
    assert.throws(() => openToken(forge({ sub: 'u-1', nbf }), KEYS), { code: 'token_claims_invalid' })
  }
})

describe('a key', () => {
  const token = forge({ sub: 'u-1' })
  const find = (key: RingKey) => ({ find: () => key })

  test('that has to be fetched first is waited for', async () => {
    const opening = openToken(token, { find: async (name) => KEYS.find(name) })
    assert.ok(opening instanceof Promise)
    assert.deepEqual((await opening).payload, { sub: 'u-1' })
  })

  test('of the other kind does not verify, whatever the token says of its alg', async () => {
    // The confusion of RFC 8725 section 2.1: a public key, which everybody has, taken for a secret.
    const confused = forge({ sub: 'u-1' }, { alg: 'HS256', typ: 'at+jwt', kid: 'pair' }, { secret: verificationKey })
    assert.equal(await opened(confused, PAIR), null)
    assert.throws(() => openToken(token, find({ kid: 'k1', alg: 'EdDSA', verificationKey })), AuthError)
  })

  test('that was replaced under its name is the one that counts', () => {
    assert.throws(
      () =>
        openToken(token, find({ kid: 'k1', alg: 'HS256', verificationKey: 'another secret, of at least 32 bytes' })),
      /changed or was not signed/,
    )
  })
})
