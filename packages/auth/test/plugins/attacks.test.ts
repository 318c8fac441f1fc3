import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
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
  SECRET,
  without,
} from '../support.js'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const M = 'token_malformed'
const S = 'token_signature_invalid'
const C = 'token_claims_invalid'

const [head = '', body = '', signature = ''] = (await issueToken()).split('.')
const good = `${head}.${body}.${signature}`

/** The same bytes in another spelling: only the two unused bits of the last character differ. */
function otherSpelling(): string {
  const last = ALPHABET.indexOf(signature.at(-1) ?? '')
  return `${head}.${body}.${signature.slice(0, -1)}${ALPHABET[last ^ 1]}`
}

const claims = (change: object) => forge({ ...CLAIMS, ...change })
const header = (change: object) => forge(CLAIMS, { ...HEADER, ...change })
const rawPayload = (json: string) => forge(json)

/** One row is one test at both services, by cookie and by header. */
const ATTACKS: ReadonlyArray<readonly [why: string, token: string, code: string]> = [
  ['alg none, unsigned', `${encode({ ...HEADER, alg: 'none' })}.${body}.`, M],
  ['alg none with the old signature', `${encode({ ...HEADER, alg: 'none' })}.${body}.${signature}`, S],
  ['alg nOnE', header({ alg: 'nOnE' }), S],
  ['alg NONE', header({ alg: 'NONE' }), S],
  ['HS384 with the same secret', forge(CLAIMS, { ...HEADER, alg: 'HS384' }, { hash: 'sha384' }), S],
  ['HS512 with the same secret', forge(CLAIMS, { ...HEADER, alg: 'HS512' }, { hash: 'sha512' }), S],
  ['RS256 named, HMAC made', header({ alg: 'RS256' }), S],
  ['EdDSA named, HMAC made', header({ alg: 'EdDSA' }), S],
  ['another secret', forge(CLAIMS, HEADER, { secret: 'x'.repeat(32) }), S],
  ['the empty secret', forge(CLAIMS, HEADER, { secret: '' }), S],
  ['the kid of another of our keys', header({ kid: 'k0' }), S],
  ['an unknown kid', header({ kid: 'k9' }), S],
  ['a kid from the prototype', header({ kid: '__proto__' }), S],
  ['a kid that is a path', header({ kid: '../../dev/null' }), S],
  ['a kid that is a query', header({ kid: "' OR 1=1 --" }), S],
  ['a kid that is a number', header({ kid: 1 }), M],
  ['no kid', forge(CLAIMS, { alg: 'HS256', typ: 'at+jwt' }), M],
  ['no typ', forge(CLAIMS, { alg: 'HS256', kid: 'k1' }), M],
  ['no alg', forge(CLAIMS, { typ: 'at+jwt', kid: 'k1' }), M],
  ['typ JWT: not an access token', header({ typ: 'JWT' }), C],
  ['typ deposit+jwt: another kind of ours', header({ typ: 'deposit+jwt' }), C],
  ['typ lab+jwt, well signed: a token to look at', header({ typ: 'lab+jwt' }), C],
  ['a lab token as the bank issues it', await issueLabToken(), C],
  ['typ statuslist+jwt: another kind of ours', header({ typ: 'statuslist+jwt' }), C],
  ['crit', header({ crit: ['exp'] }), M],
  ['b64 false', header({ b64: false, crit: ['b64'] }), M],
  ['zip', header({ zip: 'DEF' }), M],
  ['enc', header({ enc: 'A256GCM' }), M],
  ['jwk in the header', header({ jwk: { kty: 'oct', k: 'AA' } }), M],
  ['jku in the header', header({ jku: 'https://evil.example/keys' }), M],
  ['x5u in the header', header({ x5u: 'https://evil.example/cert' }), M],
  ['a changed payload', `${head}.${encode({ ...CLAIMS, username: 'grace' })}.${signature}`, S],
  [
    'the first character of the signature',
    `${head}.${body}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`,
    S,
  ],
  ['the last character, same bytes', otherSpelling(), M],
  ['padding', `${good}=`, M],
  ['white space before', ` ${good}`, M],
  ['white space inside', `${head}. ${body}.${signature}`, M],
  ['plus and slash', `${head}.${body}.${'+/'.repeat(21)}A`, M],
  ['two parts', `${head}.${body}`, M],
  ['four parts', `${good}.x`, M],
  ['a JWE of five parts', `${head}.${body}.x.y.z`, M],
  ['dots alone', '..', M],
  ['not base64url at all', '%%%.%%%.%%%', M],
  ['JSON serialization', encode({ payload: body, signature }), M],
  ['a truncated signature', good.slice(0, -3), S],
  ['an empty object', forge({}), C],
  ['an array as payload', forge([]), M],
  ['null as payload', forge('null'), M],
  ['a payload that is not JSON', forge('{'), M],
  ['a payload that is not UTF-8', `${head}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${signature}`, M],
  ['white space in the JSON', rawPayload(JSON.stringify(CLAIMS, null, 1)), M],
  ['a second member of the same name', rawPayload(`${JSON.stringify(CLAIMS).slice(0, -1)},"sub":"u-2"}`), M],
  ['a second alg in the header', forge(CLAIMS, '{"alg":"none","typ":"at+jwt","kid":"k1","alg":"HS256"}'), M],
  ['over 4096 bytes', claims({ name: 'x'.repeat(4000) }), M],
  ...(Object.keys(CLAIMS) as (keyof typeof CLAIMS)[]).map((name) => [`no ${name}`, forge(without(name)), C] as const),
  ['another issuer', claims({ iss: 'https://evil.example' }), C],
  ['an issuer that only begins like ours', claims({ iss: `${BANK}.evil.example` }), C],
  ['an audience of others', claims({ aud: ['https://other.example'] }), C],
  ['an audience that is a string', claims({ aud: BANK }), C],
  ['an empty audience', claims({ aud: [] }), C],
  ['another client', claims({ client_id: 'retirement' }), C],
  ['sub and id differ', claims({ sub: 'u-2' }), C],
  ['a sub that is a number', claims({ sub: 1, id: 1 }), C],
  ['a sub that is an object', claims({ sub: { $ne: null } }), C],
  ['exp as text', claims({ exp: String(NOW + 300) }), C],
  ['exp with a fraction', claims({ exp: NOW + 299.5 }), C],
  ['exp null', claims({ exp: null }), C],
  ['exp far away', claims({ exp: NOW + 300 + 61 }), C],
  ['exp before iat', claims({ exp: NOW - 1 }), C],
  ['iat 11 s ahead', claims({ iat: NOW + 11, auth_time: NOW, exp: NOW + 300 }), C],
  ['iat negative', claims({ iat: -1 }), C],
  ['auth_time after iat', claims({ auth_time: NOW + 5 }), C],
  ['amr empty', claims({ amr: [] }), C],
  ['amr as text', claims({ amr: 'pwd' }), C],
  ['a status without a list', claims({ status: {} }), C],
  [
    'a status index that is negative',
    claims({ status: { status_list: { idx: -1, uri: `${BANK}/status-lists/0` } } }),
    C,
  ],
  [
    'a status index beyond every list',
    claims({ status: { status_list: { idx: 131_072, uri: `${BANK}/status-lists/0` } } }),
    C,
  ],
  [
    'a status list of somebody else',
    claims({ status: { status_list: { idx: 1, uri: 'https://evil.example/status-lists/0' } } }),
    C,
  ],
  [
    'a status list that is another path',
    claims({ status: { status_list: { idx: 1, uri: `${BANK}/status-lists/../x` } } }),
    C,
  ],
  ['expired this very second', forge({ ...CLAIMS, iat: NOW - 300, auth_time: NOW - 300, exp: NOW }), 'token_expired'],
]

const ACCEPTED: ReadonlyArray<readonly [why: string, token: string]> = [
  ['the token as issued', good],
  ['the control: forged with the right secret', forge(CLAIMS)],
  ['iat 10 s ahead: clocks differ', claims({ iat: NOW + 10, exp: NOW + 300 })],
  ['exp at its utmost', claims({ exp: NOW + 360 })],
  [
    'an older key of the ring',
    forge(CLAIMS, { ...HEADER, kid: 'k0' }, { secret: 'an-older-secret-of-at-least-32-bytes-too' }),
  ],
  ['a claim more than needed', claims({ locale: 'en' })],
]

for (const audience of [BANK, RETIREMENT]) {
  describe(`at ${audience}`, () => {
    let app: FastifyInstance
    before(async () => {
      app = await createApp({ audience })
    })
    after(() => app.close())

    for (const [carrier, headersOf] of [
      ['cookie', (token: string) => ({ cookie: `signet_token=${token}` })],
      ['header', (token: string) => ({ authorization: `Bearer ${token}` })],
    ] as const) {
      for (const [why, token, code] of ATTACKS) {
        test(`refuses by ${carrier}: ${why}`, async () => {
          const answer = await app.inject({ url: '/required', headers: headersOf(token) })
          assert.deepEqual([answer.statusCode, answer.json().code], [401, code])
          assert.match(String(answer.headers['www-authenticate']), /^Bearer error="invalid_token"/)
          assert.ok(!answer.body.includes(SECRET))
        })
      }
      for (const [why, token] of ACCEPTED) {
        test(`accepts by ${carrier}: ${why}`, async () => {
          const answer = await app.inject({ url: '/required', headers: headersOf(token) })
          assert.equal(answer.statusCode, 200, answer.body)
          assert.equal(answer.json().identity.username, 'ada')
        })
      }
    }
  })
}

test('of the 63 other last characters, those that decode to the same bytes are refused as well', async () => {
  const app = await createApp()
  for (const last of ALPHABET) {
    const token = good.slice(0, -1) + last
    const { statusCode } = await app.inject({ url: '/required', headers: { cookie: `signet_token=${token}` } })
    assert.equal(statusCode, token === good ? 200 : 401, last)
  }
  await app.close()
})
