import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { LAB_TOKEN_TYP } from '../../src/verifier.js'
import {
  BANK,
  CLAIMS,
  createApp,
  encode,
  forge,
  HEADER,
  issueLabToken,
  issueToken,
  NOW,
  RETIREMENT,
} from '../support.js'

const LAB_HEADER = { ...HEADER, typ: LAB_TOKEN_TYP }

/** A service with a route that puts its body to the checks as a lab token, and says what came of it. */
const withExamination = (audience: string) =>
  createApp({
    audience,
    extend: (app: FastifyInstance) => {
      app.post<{ Body: { token: string } }>('/examine', { config: { auth: 'none' } }, async (request) => {
        const { sub } = await request.examineToken(request.body.token, LAB_TOKEN_TYP)
        return { sub, identity: request.identity }
      })
    },
  })

const [head = '', body = '', signature = ''] = (await issueLabToken()).split('.')
const good = `${head}.${body}.${signature}`
const accessToken = await issueToken()
const over = await issueLabToken(undefined, { expired: true })

for (const audience of [BANK, RETIREMENT]) {
  describe(`lab tokens at ${audience}`, () => {
    for (const [what, token, status, code] of [
      ['takes one as issued', good, 200, undefined],
      ['refuses an access token', accessToken, 401, 'token_claims_invalid'],
      ['refuses another kind', forge(CLAIMS, { ...HEADER, typ: 'deposit+jwt' }), 401, 'token_claims_invalid'],
      ['refuses alg none', `${encode({ ...LAB_HEADER, alg: 'none' })}.${body}.`, 401, 'token_malformed'],
      ['refuses another secret', forge(CLAIMS, LAB_HEADER, { secret: 'x'.repeat(32) }), 401, 'token_signature_invalid'],
      ['refuses a swapped typ', `${encode(HEADER)}.${body}.${signature}`, 401, 'token_signature_invalid'],
      ['refuses a changed payload', `${head}.${encode(CLAIMS)}.${signature}`, 401, 'token_signature_invalid'],
      ['refuses one whose time is over', over, 401, 'token_expired'],
      ['refuses one without a claim', forge({ ...CLAIMS, aud: undefined }, LAB_HEADER), 401, 'token_claims_invalid'],
      [
        'refuses one that lives too long',
        forge({ ...CLAIMS, exp: NOW + 361 }, LAB_HEADER),
        401,
        'token_claims_invalid',
      ],
    ] as const) {
      test(what, async () => {
        const app = await withExamination(audience)
        const answer = await app.inject({ method: 'POST', url: '/examine', payload: { token } })
        assert.deepEqual([answer.statusCode, answer.json().code], [status, code])
        await app.close()
      })
    }

    test('one that was just found genuine signs nobody in', async () => {
      const app = await withExamination(audience)
      const examine = () => app.inject({ method: 'POST', url: '/examine', payload: { token: good } })
      assert.deepEqual((await examine()).json(), { sub: 'u-1', identity: null })
      for (const headers of [{ cookie: `signet_token=${good}` }, { authorization: `Bearer ${good}` }]) {
        const answer = await app.inject({ url: '/required', headers })
        assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_claims_invalid'])
        const ending = await app.inject({ method: 'POST', url: '/ending', headers })
        assert.equal(ending.json().identity, null, 'nor does it end a sign-in')
      }
      await app.close()
    })

    test('an access token that has just signed somebody in is no lab token', async () => {
      const app = await withExamination(audience)
      const token = accessToken
      assert.equal(
        (await app.inject({ url: '/required', headers: { cookie: `signet_token=${token}` } })).statusCode,
        200,
      )
      const answer = await app.inject({ method: 'POST', url: '/examine', payload: { token } })
      assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_claims_invalid'])
      await app.close()
    })
  })
}

test('a lab token says what the token says, but for its kind, its id and its time', async () => {
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const { jti, ...rest } = claims
  const { jti: _, ...expected } = CLAIMS
  assert.deepEqual(rest, expected)
  assert.notEqual(jti, CLAIMS.jti)
  assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url').toString()), { alg: 'HS256', typ: 'lab+jwt', kid: 'k1' })
})

test('a service with the verifier door alone cannot make one', async () => {
  const app = await createApp()
  assert.equal(app.hasDecorator('issueLabToken'), false)
  await app.close()
})
