// A cached token is not verified again. Expiry, a removed key and a revoked session still end it at the next request.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { identityOf } from '../../src/identity.js'
import type { KeySource, RingKey } from '../../src/keys/ring.js'
import {
  createVerifiedTokenCache,
  MAX_CACHED_CHARACTERS,
  MAX_CACHED_TOKENS,
} from '../../src/tokens/verified-token-cache.js'
import { AuthError, authentication } from '../../src/verifier.js'
import {
  BANK,
  CLAIMS,
  encode,
  forge,
  freezeClock,
  KEYS,
  NOW,
  RETIREMENT,
  setClock,
  tokenCookie,
  unwatched,
} from '../support.js'

freezeClock()

const identity = identityOf('jwt', CLAIMS)
const key = KEYS.first

describe('at a service', () => {
  let revoked = false
  let known: readonly string[] = []
  let lookups = 0
  let app: FastifyInstance
  const keys: KeySource = {
    find: (kid) => {
      lookups += 1
      return known.includes(kid) ? KEYS.find(kid) : undefined
    },
  }
  beforeEach(async () => {
    revoked = false
    known = ['k1', 'k0']
    app = Fastify()
    app.setErrorHandler((error: AuthError, _request, reply) => reply.code(error.statusCode).send({ code: error.code }))
    await app.register(authentication, {
      keys,
      tokenCookie,
      issuer: BANK,
      clientId: 'bank',
      audience: RETIREMENT,
      accessTokenTtlSeconds: 300,
      statusLists: {
        ...unwatched,
        assertNotRevoked: () => {
          if (revoked) throw new AuthError('token_revoked')
          return undefined
        },
      },
    })
    app.get('/who', async (request) => ({ id: request.identity?.id }))
  })
  afterEach(async () => {
    setClock(NOW)
    await app.close()
  })

  const token = forge(CLAIMS)
  const ask = async (sent = token) => {
    const answer = await app.inject({ url: '/who', headers: { cookie: `a=1; signet_token=${sent}; b=2` } })
    return answer.statusCode === 200 ? answer.json().id : answer.json().code
  }

  const askAndCache = async () => {
    assert.equal(await ask(), 'u-1')
    assert.equal(app.cachedTokenCount(), 1)
  }

  test('a cached token is valid until the second of its expiry', async () => {
    await askAndCache()
    setClock(NOW + 299)
    assert.equal(await ask(), 'u-1')
    setClock(NOW + 300)
    assert.equal(await ask(), 'token_expired')
    setClock(NOW + 299)
    assert.equal(await ask(), 'u-1', 'an expired entry is dropped')
  })

  test('a cached token is refused as soon as its session is revoked', async () => {
    await askAndCache()
    revoked = true
    assert.equal(await ask(), 'token_revoked')
    assert.equal(await ask(), 'token_revoked')
  })

  test('a cached token is refused as soon as its key is removed', async () => {
    await askAndCache()
    known = ['k0']
    assert.equal(await ask(), 'token_signature_invalid')
  })

  test('a token with any changed character is not found in the cache', async () => {
    await askAndCache()
    for (let at = 0; at < token.length; at += 7) {
      const other = token[at] === 'A' ? 'B' : 'A'
      const changed = token.slice(0, at) + other + token.slice(at + 1)
      assert.notEqual(await ask(changed), 'u-1', `character ${at}`)
    }
    assert.equal(await ask(`${token}=`), 'token_malformed')
  })

  test('a cached token is found among several cookies, and duplicates count once', async () => {
    await askAndCache()
    assert.equal(await ask(`${token}; signet_token=${token}`), 'u-1')
    assert.equal(await ask(`x; signet_token=${token}`), 'u-1')
    assert.equal(app.cachedTokenCount(), 1)
  })

  test('a token is verified once and then cached', async () => {
    assert.equal(app.cachedTokenCount(), 0)
    await askAndCache()
    lookups = 0
    assert.equal(await ask(), 'u-1')
    assert.equal(lookups, 1, 'its key is looked up once, and not again to verify a signature')
  })

  test('a refused token is not cached', async () => {
    assert.equal(await ask(`${token.slice(0, -5)}AAAAA`), 'token_signature_invalid')
    assert.equal(await ask(forge({ ...CLAIMS, aud: ['https://other.example'] })), 'token_claims_invalid')
    assert.equal(await ask(forge({ ...CLAIMS, iat: NOW - 300, auth_time: NOW - 300, exp: NOW })), 'token_expired')
    assert.equal(app.cachedTokenCount(), 0)
  })
})

describe('in memory', () => {
  const source = (find: KeySource['find']): KeySource => ({ find })
  const token = forge(CLAIMS)
  const many = (change: (n: number) => object) =>
    Array.from({ length: MAX_CACHED_TOKENS }, (_, n) => forge({ ...CLAIMS, ...change(n) }))

  test('another token with the same signature is not found', () => {
    const tokens = createVerifiedTokenCache(KEYS)
    tokens.add(token, key, identity)
    const [header, , signature] = token.split('.')
    assert.equal(tokens.find(`${header}.${encode({ ...CLAIMS, username: 'bob' })}.${signature}`, NOW), undefined)
    assert.equal(tokens.find(`${signature}`, NOW), undefined)
    assert.notEqual(tokens.find(token, NOW), undefined)
  })

  test('another key with the same kid invalidates the entry', () => {
    const tokens = createVerifiedTokenCache(
      source(() => ({ ...key, verificationKey: 'another secret, of at least 32 bytes' })),
    )
    tokens.add(token, key, identity)
    assert.equal(tokens.find(token, NOW), undefined)
    assert.equal(tokens.count(), 0)
  })

  test('the same key, fetched again, keeps the entry', () => {
    const tokens = createVerifiedTokenCache(source(() => ({ ...key })))
    tokens.add(token, key, identity)
    assert.notEqual(tokens.find(token, NOW), undefined)
  })

  test('a key that must be fetched first counts as removed, and its failure is not reported', async () => {
    const fetched: Promise<RingKey | undefined> = Promise.reject(new AuthError('unavailable'))
    const tokens = createVerifiedTokenCache(source(() => fetched))
    tokens.add(token, key, identity)
    assert.equal(tokens.find(token, NOW), undefined)
    await new Promise((resolve) => setImmediate(resolve))
  })

  test('the number of tokens is bounded, and the least recently used is evicted', () => {
    const tokens = createVerifiedTokenCache(KEYS)
    const [first = '', second = '', ...others] = many((n) => ({ jti: `one-of-many-${n}` }))
    for (const each of [first, second, ...others]) tokens.add(each, key, identity)
    tokens.find(first, NOW)
    tokens.add(token, key, identity)
    assert.equal(tokens.count(), MAX_CACHED_TOKENS)
    assert.equal(tokens.find(first, NOW), identity)
    assert.equal(tokens.find(second, NOW), undefined)
  })

  test('the total length of all tokens is bounded', () => {
    const tokens = createVerifiedTokenCache(KEYS)
    const long = many((n) => ({ jti: `one-of-many-${n}`, name: 'x'.repeat(2_000) }))
    for (const each of long) tokens.add(each, key, identity)
    assert.ok(tokens.count() * 2_000 <= MAX_CACHED_CHARACTERS)
    assert.ok(tokens.count() > 0)
  })
})
