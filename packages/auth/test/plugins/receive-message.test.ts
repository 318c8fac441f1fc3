import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { keyRing, parsePrivateJwks } from '../../src/issuer.js'
import { type KeyRing, parseSecrets, receiveMessage } from '../../src/verifier.js'
import {
  BANK,
  CLAIMS,
  createApp,
  encode,
  forge,
  freezeClock,
  HEADER,
  issueToken,
  KEYS,
  NOW,
  RETIREMENT,
  SECRET,
  tokenCookie,
} from '../support.js'

freezeClock()

const TYP = 'deposit+jwt'
const SCHEMA = {
  type: 'object',
  required: ['amount'],
  properties: { amount: { type: 'integer', minimum: 1 } },
}
const MESSAGE = { amount: 500, iss: BANK, aud: RETIREMENT, sub: 'u-1', jti: 't-1', iat: NOW, exp: NOW + 60 }
const OUTGOING = { typ: TYP, audience: RETIREMENT, sub: 'u-1', jti: 't-1', claims: { amount: 500 } }

const privateJwks = (kid: string) =>
  JSON.stringify({ keys: [{ kid, ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) }] })
const PAIR = parsePrivateJwks(privateJwks('pair'))

/** Signs any payload with the first key of a ring, with any typ. */
function signed(payload: unknown, header: object, ring: KeyRing): string {
  const { kid, alg, signingKey } = ring.first
  const full = { alg, kid, ...header }
  if (alg === 'HS256') return forge(payload, full, { secret: signingKey })
  const input = `${encode(full)}.${encode(payload)}`
  return `${input}.${sign(null, Buffer.from(input), signingKey).toString('base64url')}`
}

/** Creates a service that accepts one kind of message. */
async function createReceiver(keys: KeyRing): Promise<FastifyInstance> {
  const app = await createApp({
    keys,
    extend: async (service) => {
      const receive = receiveMessage<{ amount: number }>({
        keys,
        tokenCookie,
        issuer: BANK,
        audience: RETIREMENT,
        typ: TYP,
        schema: SCHEMA,
      })
      service.post('/deposits', { config: { auth: 'none' } }, async (request) => receive(request))
    },
  })
  return app
}

async function issueMessage(keys: KeyRing, change: object = {}): Promise<string> {
  const app = await createApp({ issuer: true, audience: BANK, keys })
  const token = app.issueMessage({ ...OUTGOING, ...change })
  await app.close()
  return token
}

const M = [401, 'token_malformed'] as const
const S = [401, 'token_signature_invalid'] as const
const C = [401, 'token_claims_invalid'] as const
const FORBIDDEN = [403, 'forbidden'] as const

for (const [mode, keys] of [
  ['a shared secret', KEYS],
  ['key pairs', PAIR],
  ['both, on the way from one to the other', keyRing([...PAIR.all, ...parseSecrets(`k1:${SECRET}`).all])],
] as const) {
  const typ = { typ: TYP }
  const claims = (change: object) => signed({ ...MESSAGE, ...change }, typ, keys)
  const good = signed(MESSAGE, typ, keys)
  const [head = '', body = '', signature = ''] = good.split('.')
  const past = { iat: NOW - 900, exp: NOW - 860 }

  const ATTACKS: ReadonlyArray<readonly [why: string, token: string, answer: readonly [number, string]]> = [
    ['an access token', signed(CLAIMS, { typ: 'at+jwt' }, keys), FORBIDDEN],
    ['one that has expired', signed({ ...CLAIMS, iat: NOW - 900, exp: NOW - 600 }, { typ: 'at+jwt' }, keys), FORBIDDEN],
    ['one for another service', signed({ ...CLAIMS, aud: [BANK] }, { typ: 'at+jwt' }, keys), FORBIDDEN],
    ['one without a claim', signed({ ...CLAIMS, jti: undefined }, { typ: 'at+jwt' }, keys), FORBIDDEN],
    ["an access token's typ around a message", signed(MESSAGE, { typ: 'at+jwt' }, keys), FORBIDDEN],
    [
      "an access token's typ that nobody signed",
      `${encode({ ...HEADER, kid: keys.first.kid, alg: keys.first.alg })}.${body}.${signature}`,
      S,
    ],
    ["an access token's claims under the message's typ", signed(CLAIMS, typ, keys), C],
    ['another kind of message', signed(MESSAGE, { typ: 'withdrawal+jwt' }, keys), C],
    ['a status list', signed(MESSAGE, { typ: 'statuslist+jwt' }, keys), C],
    ['typ JWT', signed(MESSAGE, { typ: 'JWT' }, keys), C],
    ['typ in capitals', signed(MESSAGE, { typ: 'DEPOSIT+JWT' }, keys), C],
    ['the long form of the typ', signed(MESSAGE, { typ: 'application/deposit+jwt' }, keys), C],
    ['alg none', `${encode({ alg: 'none', kid: keys.first.kid, typ: TYP })}.${body}.`, M],
    ['alg none with a signature', `${encode({ alg: 'none', kid: keys.first.kid, typ: TYP })}.${body}.${signature}`, S],
    [
      'the public key, or any other text, as an HMAC secret',
      forge(MESSAGE, { alg: 'HS256', kid: keys.first.kid, typ: TYP }, { secret: `${keys.first.verificationKey} ` }),
      S,
    ],
    ['an unknown kid', signed(MESSAGE, { typ: TYP, kid: 'k9' }, keys), S],
    ['a larger amount under the old signature', `${head}.${encode({ ...MESSAGE, amount: 50_000 })}.${signature}`, S],
    ['padding', `${good}=`, M],
    ['two members of one name', signed(`${JSON.stringify(MESSAGE).slice(0, -1)},"amount":9}`, typ, keys), M],
    ['a header member more', signed(MESSAGE, { typ: TYP, cty: 'x' }, keys), M],
    ['crit', signed(MESSAGE, { typ: TYP, crit: ['exp'] }, keys), M],
    ...Object.keys(MESSAGE).map((name) => [`no ${name}`, claims({ [name]: undefined }), C] as const),
    ['another issuer', claims({ iss: RETIREMENT }), C],
    ['another audience', claims({ aud: BANK }), C],
    ['an audience of two', claims({ aud: [RETIREMENT, BANK] }), C],
    ['an audience that only begins like ours', claims({ aud: `${RETIREMENT}.evil.example` }), C],
    ['a life of 61 seconds', claims({ exp: NOW + 61 }), C],
    ['exp before iat', claims({ iat: NOW + 5, exp: NOW + 5 }), C],
    ['iat 11 seconds ahead', claims({ iat: NOW + 11, exp: NOW + 60 }), C],
    ['an amount of nothing', claims({ amount: 0 }), C],
    ['an amount as text', claims({ amount: '500' }), C],
    ['an amount with a fraction', claims({ amount: 0.5 }), C],
    ['no subject', claims({ sub: '' }), C],
    ['expired, and of another kind', signed({ ...MESSAGE, ...past }, { typ: 'withdrawal+jwt' }, keys), C],
    ['expired, and for another service', claims({ ...past, aud: BANK }), C],
    ['nbf', claims({ nbf: NOW - 60 }), C],
    ['exp as text', claims({ exp: String(NOW + 60) }), C],
    ['expired long ago', claims(past), [401, 'token_expired']],
    ['expired this very second', claims({ iat: NOW - 60, exp: NOW }), [401, 'token_expired']],
  ]

  const ACCEPTED: ReadonlyArray<readonly [why: string, token: string]> = [
    ['as the issuer makes it', await issueMessage(keys)],
    ['the control: forged with the right key', good],
    ['an audience as a list of one', claims({ aud: [RETIREMENT] })],
    ['iat 10 seconds ahead: clocks differ', claims({ iat: NOW + 10, exp: NOW + 70 })],
    ['its last second', claims({ iat: NOW - 59, exp: NOW + 1 })],
  ]

  describe(`messages under ${mode}`, () => {
    let app: FastifyInstance
    before(async () => {
      app = await createReceiver(keys)
    })
    after(() => app.close())
    const send = (token: string) =>
      app.inject({ method: 'POST', url: '/deposits', headers: { authorization: `Bearer ${token}` } })

    for (const [why, token, expected] of ATTACKS) {
      test(`refuses ${why}`, async () => {
        const answer = await send(token)
        assert.deepEqual([answer.statusCode, answer.json().code], expected)
        assert.ok(!answer.body.includes(SECRET))
      })
    }
    for (const [why, token] of ACCEPTED) {
      test(`accepts a message ${why}`, async () => {
        const answer = await send(token)
        assert.deepEqual([answer.statusCode, answer.json().amount], [200, 500], answer.body)
      })
    }

    test('refuses a request without a token with token_missing', async () => {
      const answer = await app.inject({ method: 'POST', url: '/deposits' })
      assert.deepEqual(
        [answer.statusCode, answer.json().code, answer.headers['www-authenticate']],
        [401, 'token_missing', 'Bearer'],
      )
    })

    test('a message authenticates no user', async () => {
      for (const headers of [{ authorization: `Bearer ${good}` }, { cookie: `signet_token=${good}` }]) {
        const answer = await app.inject({ url: '/required', headers })
        assert.deepEqual([answer.statusCode, answer.json().code], C)
      }
    })
  })
}

test('a signed-in browser gets forbidden', async () => {
  const app = await createReceiver(KEYS)
  const cookie = `signet_token=${await issueToken()}`
  const answer = await app.inject({ method: 'POST', url: '/deposits', headers: { cookie } })
  assert.deepEqual([answer.statusCode, answer.json().code], FORBIDDEN)
  await app.close()
})

test('a message has its claims for 60 s, and they cannot override the common ones', async () => {
  const claims = { amount: 500, iss: 'x', aud: 'x', sub: 'x', jti: 'x', iat: 1, exp: 2_000_000_000 }
  const [head = '', body = ''] = (await issueMessage(KEYS, { claims })).split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  assert.deepEqual(read(body), MESSAGE)
  assert.deepEqual(read(head), { alg: 'HS256', typ: TYP, kid: 'k1' })
})

test('an access token, status list or twin can be neither issued nor accepted as a message', async () => {
  for (const typ of ['at+jwt', 'statuslist+jwt', 'lab+jwt', 'JWT', '', 'a+jwt b']) {
    await assert.rejects(issueMessage(KEYS, { typ }), TypeError)
  }
  const options = { keys: KEYS, tokenCookie, issuer: BANK, audience: RETIREMENT, schema: SCHEMA }
  assert.throws(() => receiveMessage({ ...options, typ: 'at+jwt' }), TypeError)
})
