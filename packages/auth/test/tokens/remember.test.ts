// A token that was verified twice is not verified again; everything that can end it still does, at the next request.
import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { identityFromClaims } from '../../src/identity.js'
import type { KeySource, RingKey } from '../../src/keys/ring.js'
import {
  MAX_REMEMBERED_CHARACTERS,
  MAX_REMEMBERED_TOKENS,
  type RememberedTokens,
  rememberTokens,
} from '../../src/tokens/remember.js'
import { AuthError, authentication } from '../../src/verifier.js'
import { BANK, CLAIMS, encode, forge, KEYS, NOW, RETIREMENT, tokenCookie } from '../support.js'

const identity = identityFromClaims(CLAIMS)
const key = KEYS.first

describe('at a service', () => {
  let now = NOW
  let ended = false
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
    now = NOW
    ended = false
    known = ['k1', 'k0']
    app = Fastify()
    app.setErrorHandler((error: AuthError, _request, reply) => reply.code(error.statusCode).send({ code: error.code }))
    await app.register(authentication, {
      keys,
      tokenCookie,
      issuer: BANK,
      audience: RETIREMENT,
      accessTokenTtlSeconds: 300,
      clock: () => now,
      statusLists: {
        assertNotEnded: () => {
          if (ended) throw new AuthError('token_revoked')
          return undefined
        },
      },
    })
    app.get('/who', async (request) => ({ id: request.identity?.id }))
  })

  const token = forge(CLAIMS)
  const ask = async (sent = token) => {
    const answer = await app.inject({ url: '/who', headers: { cookie: `a=1; signet_token=${sent}; b=2` } })
    return answer.statusCode === 200 ? answer.json().id : answer.json().code
  }

  /** It is kept from its second sight on. */
  const askTwice = async () => {
    assert.equal(await ask(), 'u-1')
    assert.equal(await ask(), 'u-1')
    assert.equal(app.rememberedTokens(), 1)
  }

  test('it is good until the second in which it expires', async () => {
    await askTwice()
    now = NOW + 299
    assert.equal(await ask(), 'u-1')
    now = NOW + 300
    assert.equal(await ask(), 'token_expired')
    now = NOW + 299
    assert.equal(await ask(), 'u-1', 'it is forgotten, not held against it')
  })

  test('it is refused as soon as its sign-in has ended', async () => {
    await askTwice()
    ended = true
    assert.equal(await ask(), 'token_revoked')
    assert.equal(await ask(), 'token_revoked')
  })

  test('it is refused as soon as its key is taken away', async () => {
    await askTwice()
    known = ['k0']
    assert.equal(await ask(), 'token_signature_invalid')
  })

  test('a changed one is not mistaken for it, whichever character was changed', async () => {
    await askTwice()
    for (let at = 0; at < token.length; at += 7) {
      const other = token[at] === 'A' ? 'B' : 'A'
      const changed = token.slice(0, at) + other + token.slice(at + 1)
      assert.notEqual(await ask(changed), 'u-1', `character ${at}`)
    }
    assert.equal(await ask(`${token}=`), 'token_malformed')
  })

  test('beside another cookie of the name it is malformed', async () => {
    await askTwice()
    assert.equal(await ask(`${token}; signet_token=${token}`), 'token_malformed')
  })

  test('what came once is not kept, and the third time nothing is verified', async () => {
    assert.equal(await ask(), 'u-1')
    assert.equal(app.rememberedTokens(), 0)
    assert.equal(await ask(), 'u-1')
    assert.equal(app.rememberedTokens(), 1)
    lookups = 0
    assert.equal(await ask(), 'u-1')
    assert.equal(lookups, 1, 'its key is asked for once, and not again to check a signature')
  })
})

describe('in memory', () => {
  const source = (find: KeySource['find']): KeySource => ({ find })
  const token = forge(CLAIMS)
  const many = (change: (n: number) => object) =>
    Array.from({ length: MAX_REMEMBERED_TOKENS }, (_, n) => forge({ ...CLAIMS, ...change(n) }))

  /** As often as it takes. */
  const keep = (tokens: RememberedTokens, kept: string) => {
    tokens.add(kept, key, identity)
    tokens.add(kept, key, identity)
  }

  test('one that has its signature is not mistaken for it', () => {
    const tokens = rememberTokens(KEYS)
    keep(tokens, token)
    const [header, , signature] = token.split('.')
    assert.equal(tokens.find(`${header}.${encode({ ...CLAIMS, username: 'bob' })}.${signature}`, NOW), undefined)
    assert.equal(tokens.find(`${signature}`, NOW), undefined)
    assert.notEqual(tokens.find(token, NOW), undefined)
  })

  test('another key under the same name does not vouch for it', () => {
    const tokens = rememberTokens(source(() => ({ ...key, verificationKey: 'another secret, of at least 32 bytes' })))
    keep(tokens, token)
    assert.equal(tokens.find(token, NOW), undefined)
    assert.equal(tokens.count(), 0)
  })

  test('the same key, fetched anew, does', () => {
    const tokens = rememberTokens(source(() => ({ ...key })))
    keep(tokens, token)
    assert.notEqual(tokens.find(token, NOW), undefined)
  })

  test('a key that has to be fetched first is not known, and its failure is nobody’s', async () => {
    const fetched: Promise<RingKey | undefined> = Promise.reject(new AuthError('unavailable'))
    const tokens = rememberTokens(source(() => fetched))
    keep(tokens, token)
    assert.equal(tokens.find(token, NOW), undefined)
    await new Promise((resolve) => setImmediate(resolve))
  })

  test('there are never more than so many, and the one unused for longest goes first', () => {
    const tokens = rememberTokens(KEYS)
    const [first = '', second = '', ...others] = many((n) => ({ jti: `one-of-many-${n}` }))
    for (const each of [first, second, ...others]) keep(tokens, each)
    tokens.find(first, NOW)
    keep(tokens, token)
    assert.equal(tokens.count(), MAX_REMEMBERED_TOKENS)
    assert.equal(tokens.find(first, NOW), identity)
    assert.equal(tokens.find(second, NOW), undefined)
  })

  test('long ones are fewer', () => {
    const tokens = rememberTokens(KEYS)
    const long = many((n) => ({ jti: `one-of-many-${n}`, name: 'x'.repeat(2_000) }))
    for (const each of long) keep(tokens, each)
    assert.ok(tokens.count() * 2_000 <= MAX_REMEMBERED_CHARACTERS)
    assert.ok(tokens.count() > 0)
  })
})
