// Compares the library with a second one: jose accepts each token that is accepted here, with the same content. Tokens with one
// changed character are refused.
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type CryptoKey, compactVerify, type KeyObject } from 'jose'
import { parsePrivateJwks } from '../../src/issuer.js'
import type { KeyRing, KeySource, RingKey } from '../../src/keys/ring.js'
import { createVerifier, type VerifyToken } from '../../src/tokens/verify-token.js'
import { AuthError } from '../../src/verifier.js'
import { BANK, encode, forge, freezeClock, HEADER, KEYS, NOW, SECRET, setClock } from '../support.js'

freezeClock()

const PAIR = parsePrivateJwks(
  JSON.stringify({
    keys: [{ kid: 'pair', ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) }],
  }),
)
const BASE = { iss: BANK, aud: 'here', exp: NOW + 300 }

const verifierOf = (keys: KeySource): VerifyToken =>
  createVerifier({ keys, issuer: BANK, audience: 'here', requiredClaims: ['iss', 'aud', 'exp', 'sub'] })

interface Kind {
  readonly name: string
  readonly ring: KeyRing
  readonly signed: (payload: object) => string
  readonly joseKey: Uint8Array | KeyObject | CryptoKey
}

const { kid, alg, signingKey, verificationKey } = PAIR.first
const KINDS: readonly Kind[] = [
  { name: 'HS256', ring: KEYS, signed: (payload) => forge(payload), joseKey: new TextEncoder().encode(SECRET) },
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

/** Returns the accepted payload, or null. */
async function accepted(token: string, verify: VerifyToken): Promise<object | null> {
  try {
    return (await verify(token)).payload
  } catch (error) {
    assert.ok(error instanceof AuthError, String(error))
    return null
  }
}

async function acceptedByJose(token: string, { joseKey }: Kind): Promise<object | null> {
  const verified = await compactVerify(token, joseKey).catch(() => null)
  return verified && JSON.parse(new TextDecoder().decode(verified.payload))
}

const payloads = fc.record({
  sub: fc.string({ unit: 'grapheme', maxLength: 40 }),
  n: fc.integer(),
  list: fc.array(fc.string(), { maxLength: 3 }),
})

for (const kind of KINDS) {
  describe(kind.name, () => {
    const verify = verifierOf(kind.ring)

    test('a signed token is accepted with its key, and jose returns the same payload', async () => {
      await fc.assert(
        fc.asyncProperty(payloads, async (payload) => {
          const token = kind.signed({ ...BASE, ...payload })
          const found = await verify(token)
          const asSent = JSON.parse(JSON.stringify({ ...BASE, ...payload }))
          assert.deepEqual([found.payload, found.key, found.expired], [asSent, kind.ring.first, false])
          assert.deepEqual(await acceptedByJose(token, kind), asSent)
        }),
        { numRuns: 60 },
      )
    })

    test('a token with one character replaced, removed or added is refused', async () => {
      const token = kind.signed({ ...BASE, sub: 'u-1', n: 1 })
      assert.notEqual(await accepted(token, verify), null)
      const character = fc.constantFrom(...'ABYZabyz0189-_.=+/ é')
      await fc.assert(
        fc.asyncProperty(
          fc.nat(token.length - 1),
          fc.oneof(character, fc.constant('')),
          fc.boolean(),
          async (at, put, replace) => {
            const changed = token.slice(0, at) + put + token.slice(replace ? at + 1 : at)
            if (changed !== token) assert.equal(await accepted(changed, verify), null, changed)
          },
        ),
        { numRuns: 1_000 },
      )
    })

    test('jose accepts every accepted combination of differently signed parts', async () => {
      const parts = kind.signed({ ...BASE, sub: 'u-1' }).split('.')
      const others = kind.signed({ ...BASE, sub: 'u-2' }).split('.')
      const header = { alg: 'HS256', typ: 'at+jwt', kid: kind.ring.first.kid }
      const foreign = forge({ ...BASE, sub: 'u-1' }, header, { secret: 'a secret of an attacker, 32 bytes' }).split('.')
      const part = (n: number) => fc.constantFrom(parts[n], others[n], foreign[n], '')
      await fc.assert(
        fc.asyncProperty(part(0), part(1), part(2), async (...chosen) => {
          const token = chosen.join('.')
          const found = await accepted(token, verify)
          if (found !== null) assert.deepEqual(await acceptedByJose(token, kind), found)
        }),
        { numRuns: 200 },
      )
    })
  })
}

describe('the claims that the library checks', () => {
  const verify = verifierOf(KEYS)
  const codeOf = async (payload: object): Promise<string | null> =>
    verify(forge({ ...BASE, sub: 'u-1', ...payload })).then(
      () => null,
      (error: AuthError) => error.code,
    )

  for (const name of ['iss', 'aud', 'exp', 'sub']) {
    test(`${name} is required`, async () => assert.equal(await codeOf({ [name]: undefined }), 'token_claims_invalid'))
  }
  for (const nbf of [0, NOW + 300, 2 ** 53, 'soon', null]) {
    test(`a token with nbf ${nbf} is refused`, async () => assert.equal(await codeOf({ nbf }), 'token_claims_invalid'))
  }

  test('a token is reported as expired from the second in exp on', async () => {
    const token = forge({ ...BASE, sub: 'u-1' })
    const expiredAt = async (seconds: number) => {
      setClock(seconds)
      const { expired } = await verify(token)
      setClock(NOW)
      return expired
    }
    assert.deepEqual(
      [await expiredAt(NOW + 299), await expiredAt(NOW + 300), await expiredAt(NOW + 301)],
      [false, true, true],
    )
  })

  test('an expired token must pass all other checks', async () => {
    const past = { exp: NOW - 600 }
    assert.equal(await codeOf(past), null)
    assert.equal(await codeOf({ ...past, iss: 'https://evil.example' }), 'token_claims_invalid')
    assert.equal(await codeOf({ ...past, aud: 'there' }), 'token_claims_invalid')
    assert.equal(await codeOf({ ...past, sub: undefined }), 'token_claims_invalid')
  })
})

describe('a key', () => {
  const token = forge({ ...BASE, sub: 'u-1' })
  const codeWith = async (sent: string, find: KeySource['find']): Promise<string | null> =>
    verifierOf({ find })(sent).then(
      () => null,
      (error: AuthError) => error.code,
    )
  const other = 'another secret, of at least 32 bytes'

  test('that must be fetched first is awaited', async () => {
    assert.equal(await codeWith(token, async (name) => KEYS.find(name)), null)
  })

  test('that cannot be fetched is unavailable', async () => {
    const down = () => Promise.reject(new AuthError('unavailable'))
    assert.equal(await codeWith(token, down), 'unavailable')
  })

  test('that is unknown is refused', async () => {
    assert.equal(await codeWith(token, () => undefined), 'token_signature_invalid')
  })

  test('of the other kind does not verify, with any alg in the token', async () => {
    // Algorithm confusion (RFC 8725, section 2.1): a public key used as a secret.
    const header = { alg: 'HS256', typ: 'at+jwt', kid: 'pair' }
    const confused = forge({ ...BASE, sub: 'u-1' }, header, { secret: verificationKey })
    assert.equal(await codeWith(confused, (name) => PAIR.find(name)), 'token_signature_invalid')
    const asPair: RingKey = { kid: 'k1', alg: 'EdDSA', verificationKey }
    assert.equal(await codeWith(token, () => asPair), 'token_signature_invalid')
    const verify = verifierOf({ find: () => asPair })
    await assert.rejects(verify(token), { detail: 'alg is not the one of the key' })
    // Even with a wrong algorithm in the ring, the library does not use a public key as a secret.
    const misnamed: RingKey = { kid: 'pair', alg: 'HS256', verificationKey }
    assert.equal(await codeWith(confused, () => misnamed), 'token_signature_invalid')
  })

  test('that was replaced under the same kid verifies instead of the old one', async () => {
    assert.equal(
      await codeWith(token, () => ({ kid: 'k1', alg: 'HS256', verificationKey: other })),
      'token_signature_invalid',
    )
  })

  test('is looked up once, so the returned key is the one that verified', async () => {
    const ring = [KEYS.first, { ...KEYS.first, verificationKey: other }]
    const verify = verifierOf({ find: () => ring.shift() })
    assert.equal((await verify(token)).key, KEYS.first)
    await assert.rejects(verify(token), { code: 'token_signature_invalid' })
    assert.equal(ring.length, 0)
  })
})

test('a token with a non-canonical header is refused before the library reads it', async () => {
  const verify = verifierOf(KEYS)
  const twice = JSON.stringify(HEADER).replace('{', '{"kid":"k0",')
  await assert.rejects(verify(forge({ ...BASE, sub: 'u-1' }, twice)), { code: 'token_malformed' })
})
