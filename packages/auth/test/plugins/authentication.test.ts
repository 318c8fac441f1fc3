import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { AuthError, type AuthenticationOptions } from '../../src/verifier.js'
import {
  BANK,
  CLAIMS,
  createApp,
  forge,
  freezeClock,
  HEADER,
  issueToken,
  NOW,
  PERSON,
  setClock,
  unwatched,
} from '../support.js'

freezeClock()

const token = await issueToken()

describe('authentication', () => {
  let app: FastifyInstance
  before(async () => {
    app = await createApp()
  })
  after(() => app.close())
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })

  test('a route without the option requires an authenticated user', async () => {
    const answer = await get('/required')
    assert.deepEqual(
      [answer.statusCode, answer.json().code, answer.headers['www-authenticate']],
      [401, 'token_missing', 'Bearer'],
    )
  })

  test('the identity has the claims of the token', async () => {
    const { identity } = (await get('/required', { cookie: `a=b; signet_token=${token}; c=d` })).json()
    assert.deepEqual(
      {
        id: identity.id,
        username: identity.username,
        name: identity.name,
        sid: identity.sid,
        strategy: identity.strategy,
      },
      { ...PERSON, strategy: 'jwt' },
    )
    assert.equal(identity.expiresAt, new Date((NOW + 300) * 1000).toISOString())
    assert.equal(identity.authTimeSeconds, NOW)
  })

  test('the header takes precedence over the cookie', async () => {
    const headers = { cookie: `signet_token=${token}`, authorization: 'Bearer nonsense' }
    assert.equal((await get('/required', headers)).json().code, 'token_malformed')
    const swapped = { cookie: 'signet_token=nonsense', authorization: `bearer ${token}` }
    assert.equal((await get('/required', swapped)).statusCode, 200)
  })

  test('a page accepts only the cookie', async () => {
    assert.equal((await get('/page', { authorization: `Bearer ${token}` })).json().code, 'token_missing')
    assert.equal((await get('/page', { cookie: `signet_token=${token}` })).statusCode, 200)
  })

  test('with another authorization scheme the cookie is used', async () => {
    assert.equal(
      (await get('/required', { authorization: 'Basic YTpi', cookie: `signet_token=${token}` })).statusCode,
      200,
    )
  })

  for (const authorization of ['Bearer', 'Bearer ', 'bearer  ']) {
    test(`"${authorization}" without a token is a malformed token`, async () => {
      assert.equal((await get('/required', { authorization })).json().code, 'token_malformed')
    })
  }

  test('a cookie whose name only ends with the name is another cookie', async () => {
    assert.equal((await get('/required', { cookie: `x_signet_token=${token}` })).json().code, 'token_missing')
  })

  test('an optional route has the reason of a failed authentication', async () => {
    assert.deepEqual((await get('/optional', { cookie: 'signet_token=x' })).json(), {
      identity: null,
      code: 'token_malformed',
    })
    assert.deepEqual((await get('/optional')).json(), { identity: null, code: 'token_missing' })
  })

  test('a route without authentication verifies no token', async () => {
    assert.deepEqual((await get('/none', { cookie: `signet_token=${token}` })).json(), { identity: null })
  })

  test('five thousand mutations of a token: only the token itself is accepted, and none is a server error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.integer({ min: 33, max: 126 }),
        fc.constantFrom('replace', 'insert', 'cut'),
        async (at, code, how) => {
          const character = String.fromCharCode(code)
          const mutated =
            token.slice(0, at) + (how === 'cut' ? '' : character) + token.slice(how === 'insert' ? at : at + 1)
          fc.pre(mutated !== token && !/[;,"\\]/.test(character))
          const { statusCode } = await get('/required', { cookie: `signet_token=${mutated}` })
          assert.equal(statusCode, 401, mutated)
        },
      ),
      { seed: 7519, numRuns: 5_000 },
    )
  })
})

describe('a route that allows expired tokens', () => {
  afterEach(() => setClock(NOW))
  const outcome = async (sent: string, statusLists?: AuthenticationOptions['statusLists']) => {
    const app = await createApp(statusLists ? { statusLists } : {})
    const headers = { cookie: `signet_token=${sent}` }
    const answer = await app.inject({ method: 'POST', url: '/allow-expired', headers })
    const required = await app.inject({ url: '/required', headers })
    await app.close()
    return { status: answer.statusCode, ...answer.json(), required: required.json().code }
  }

  test('accepts an expired token', async () => {
    setClock(NOW + 300)
    const { identity, code, required } = await outcome(token)
    assert.deepEqual([identity.sid, code, required], ['s-1', null, 'token_expired'])
  })

  test('accepts a token that expired a day ago', async () => {
    setClock(NOW + 86_400)
    const { identity, code, required } = await outcome(token)
    assert.deepEqual([identity.sid, code, required], ['s-1', null, 'token_expired'])
  })

  const [head = '', body = '', signature = ''] = token.split('.')
  const claims = (change: object) => forge({ ...CLAIMS, ...change })
  const NOT_FORGIVEN: ReadonlyArray<readonly [why: string, token: string, code: string]> = [
    ['a changed signature', `${token.slice(0, -5)}AAAAA`, 'token_signature_invalid'],
    ['another encoding', `${head}.${body}.${signature}=`, 'token_malformed'],
    ['another secret', forge(CLAIMS, HEADER, { secret: 'x'.repeat(32) }), 'token_signature_invalid'],
    ['an unknown kid', forge(CLAIMS, { ...HEADER, kid: 'k9' }), 'token_signature_invalid'],
    ["an alg that is not the key's", forge(CLAIMS, { ...HEADER, alg: 'EdDSA' }), 'token_signature_invalid'],
    ['another typ', forge(CLAIMS, { ...HEADER, typ: 'lab+jwt' }), 'token_claims_invalid'],
    ['another issuer', claims({ iss: 'https://evil.example' }), 'token_claims_invalid'],
    ['another audience', claims({ aud: ['https://other.example'] }), 'token_claims_invalid'],
    ['no exp', claims({ exp: undefined }), 'token_claims_invalid'],
    ['exp as text', claims({ exp: 'never' }), 'token_claims_invalid'],
    ['no sid', claims({ sid: undefined }), 'token_claims_invalid'],
    ['a lifetime that is too long', claims({ iat: NOW - 3_600, auth_time: NOW - 3_600 }), 'token_claims_invalid'],
  ]
  for (const [why, refused, code] of NOT_FORGIVEN) {
    test(`does not accept ${why}`, async () => {
      for (const now of [NOW, NOW + 301]) {
        setClock(now)
        const { identity, code: found } = await outcome(refused)
        assert.deepEqual([identity, found], [null, code])
      }
    })
  }

  test('does not accept a revoked session', async () => {
    setClock(NOW + 300)
    const revoked = { ...unwatched, assertNotRevoked: () => Promise.reject(new AuthError('token_revoked')) }
    const { status, identity, code } = await outcome(token, revoked)
    assert.deepEqual([status, identity, code], [200, null, 'token_revoked'])
  })

  test('refuses a session that cannot be checked, so that a sign-out does not look successful', async () => {
    setClock(NOW + 300)
    const unknown = { ...unwatched, assertNotRevoked: () => Promise.reject(new AuthError('unavailable')) }
    const { status, code } = await outcome(token, unknown)
    assert.deepEqual([status, code], [503, 'unavailable'])
  })
})

describe('with the clock of a host that is behind', () => {
  afterEach(() => setClock(NOW))
  test('iat may be 10 s ahead, and not 11', async () => {
    const app = await createApp()
    const statusAt = async (now: number) => {
      setClock(now)
      return (await app.inject({ url: '/required', headers: { cookie: `signet_token=${token}` } })).json().code
    }
    assert.equal(await statusAt(NOW - 11), 'token_claims_invalid')
    assert.equal(await statusAt(NOW - 10), undefined)
    await app.close()
  })
})

describe('requests from other sites', () => {
  const own = BANK
  const rows: ReadonlyArray<readonly [site: string | undefined, origin: string | undefined, passes: boolean]> = [
    [undefined, undefined, true],
    ['same-origin', undefined, true],
    ['none', undefined, true],
    ['same-origin', own, true],
    [undefined, own, true],
    ['same-site', undefined, false],
    ['cross-site', undefined, false],
    ['same-site', 'http://retirement.signet.localhost:3002', false],
    ['cross-site', own, false],
    ['nonsense', undefined, false],
    [undefined, 'http://retirement.signet.localhost:3002', false],
    [undefined, 'null', false],
    [undefined, `${own}.evil.example`, false],
    [undefined, own.replace('http:', 'https:'), false],
  ]
  for (const [site, origin, passes] of rows) {
    test(`${passes ? 'accepted' : 'refused'}: Sec-Fetch-Site ${site}, Origin ${origin}`, async () => {
      const app = await createApp({ audience: own })
      const headers = { ...(site ? { 'sec-fetch-site': site } : {}), ...(origin ? { origin } : {}) }
      const answer = await app.inject({ method: 'POST', url: '/allow-expired', headers })
      assert.equal(answer.statusCode, passes ? 200 : 403)
      if (!passes) assert.equal(answer.json().code, 'cross_site_request')
      assert.equal((await app.inject({ url: '/none', headers })).statusCode, 200, 'a GET changes nothing and passes')
      await app.close()
    })
  }
})
