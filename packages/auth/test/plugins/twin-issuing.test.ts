import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import {
  BANK,
  CLAIMS,
  createApp,
  encode,
  forge,
  freezeClock,
  HEADER,
  issueToken,
  issueTwin,
  NOW,
  RETIREMENT,
  TWIN_TYP,
} from '../support.js'

freezeClock()

const TWIN_HEADER = { ...HEADER, typ: TWIN_TYP }

/** Creates a service with a route that verifies the token of its body as a twin. */
const withTwins = (audience: string) =>
  createApp({
    audience,
    extend: (app: FastifyInstance) => {
      app.post<{ Body: { token: string } }>('/verify', { config: { auth: 'none' } }, async (request) => {
        const { sub } = await request.verifyToken(request.body.token, { typ: TWIN_TYP })
        return { sub, identity: request.identity }
      })
    },
  })

const [head = '', body = '', signature = ''] = (await issueTwin()).split('.')
const good = `${head}.${body}.${signature}`
const accessToken = await issueToken()
const over = await issueTwin(undefined, { expired: true })

for (const audience of [BANK, RETIREMENT]) {
  describe(`twins at ${audience}`, () => {
    for (const [what, token, status, code] of [
      ['takes one as issued', good, 200, undefined],
      ['refuses an access token', accessToken, 401, 'token_claims_invalid'],
      ['refuses another kind', forge(CLAIMS, { ...HEADER, typ: 'deposit+jwt' }), 401, 'token_claims_invalid'],
      ['refuses alg none', `${encode({ ...TWIN_HEADER, alg: 'none' })}.${body}.`, 401, 'token_malformed'],
      [
        'refuses another secret',
        forge(CLAIMS, TWIN_HEADER, { secret: 'x'.repeat(32) }),
        401,
        'token_signature_invalid',
      ],
      ['refuses a swapped typ', `${encode(HEADER)}.${body}.${signature}`, 401, 'token_signature_invalid'],
      ['refuses a changed payload', `${head}.${encode(CLAIMS)}.${signature}`, 401, 'token_signature_invalid'],
      ['refuses one whose time is over', over, 401, 'token_expired'],
      ['refuses one without a claim', forge({ ...CLAIMS, aud: undefined }, TWIN_HEADER), 401, 'token_claims_invalid'],
      [
        'refuses one with too long a lifetime',
        forge({ ...CLAIMS, exp: NOW + 361 }, TWIN_HEADER),
        401,
        'token_claims_invalid',
      ],
    ] as const) {
      test(what, async () => {
        const app = await withTwins(audience)
        const answer = await app.inject({ method: 'POST', url: '/verify', payload: { token } })
        assert.deepEqual([answer.statusCode, answer.json().code], [status, code])
        await app.close()
      })
    }

    test('a verified twin authenticates no request', async () => {
      const app = await withTwins(audience)
      const verify = () => app.inject({ method: 'POST', url: '/verify', payload: { token: good } })
      assert.deepEqual((await verify()).json(), { sub: 'u-1', identity: null })
      for (const headers of [{ cookie: `signet_token=${good}` }, { authorization: `Bearer ${good}` }]) {
        const answer = await app.inject({ url: '/required', headers })
        assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_claims_invalid'])
        const signOut = await app.inject({ method: 'POST', url: '/allow-expired', headers })
        assert.equal(signOut.json().identity, null, 'nor does it revoke a session')
      }
      await app.close()
    })

    test('an access token is not accepted as a twin', async () => {
      const app = await withTwins(audience)
      const token = accessToken
      assert.equal(
        (await app.inject({ url: '/required', headers: { cookie: `signet_token=${token}` } })).statusCode,
        200,
      )
      const answer = await app.inject({ method: 'POST', url: '/verify', payload: { token } })
      assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_claims_invalid'])
      await app.close()
    })
  })
}

test('a twin has the claims of the token, except typ, jti and times', async () => {
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const { jti, ...rest } = claims
  const { jti: _, ...expected } = CLAIMS
  assert.deepEqual(rest, expected)
  assert.notEqual(jti, CLAIMS.jti)
  assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url').toString()), { alg: 'HS256', typ: 'lab+jwt', kid: 'k1' })
})

test('a service with only the verifier entry point cannot issue one', async () => {
  const app = await createApp()
  assert.equal(app.hasDecorator('issueTwin'), false)
  await app.close()
})
