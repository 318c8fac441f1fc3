import { type CLAIMS as ClaimsOfTests, encode, forge as forgeWith } from '../support.js'

/** The setting of the table: an attacker who has the secret and a genuine token. */
export interface AttackedWorld {
  /** The header and the claims of the genuine token, and the token itself. */
  readonly header: { readonly alg: string; readonly typ: string; readonly kid: string }
  readonly claims: typeof ClaimsOfTests
  readonly good: string
  readonly secret: string
  /** The kid of another verifying key. */
  readonly otherKid: string
  readonly labToken: string
  readonly nowSeconds: number
  /** Maximum delay of the tokens after `nowSeconds`. */
  readonly clockSeconds: number
}

export type Attack = readonly [why: string, token: string, code: string]

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const M = 'token_malformed'
const S = 'token_signature_invalid'
const C = 'token_claims_invalid'

/**
 * Returns the attacks. Each row is a test at both services, by cookie and by header: at the plugin with a frozen clock, and at the
 * running services.
 */
export function attacks(world: AttackedWorld): readonly Attack[] {
  const { header: HEADER, claims: CLAIMS, good, secret, otherKid, labToken, nowSeconds: NOW, clockSeconds } = world
  const [head = '', body = '', signature = ''] = good.split('.')
  const forge = (payload: unknown, header: unknown = HEADER, { secret: own = secret, hash = 'sha256' } = {}) =>
    forgeWith(payload, header, { secret: own, hash })
  const claims = (change: object) => forge({ ...CLAIMS, ...change })
  const header = (change: object) => forge(CLAIMS, { ...HEADER, ...change })
  const rawPayload = (json: string) => forge(json)
  const past = { iat: NOW - 900, auth_time: NOW - 900, exp: NOW - 600 }
  const without = (name: string) => Object.fromEntries(Object.entries(CLAIMS).filter(([key]) => key !== name))
  /** Another encoding of the same bytes: the two unused bits of the last character differ. */
  const otherEncoding = () => {
    const last = ALPHABET.indexOf(signature.at(-1) ?? '')
    return `${head}.${body}.${signature.slice(0, -1)}${ALPHABET[last ^ 1]}`
  }

  return [
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
    ['the kid of another of our keys', header({ kid: otherKid }), S],
    ['an unknown kid', header({ kid: 'k9' }), S],
    ['a kid from the prototype', header({ kid: '__proto__' }), S],
    ['a kid that is a path', header({ kid: '../../dev/null' }), S],
    ['a kid that is a query', header({ kid: "' OR 1=1 --" }), S],
    ['a kid that every object has', header({ kid: 'constructor' }), S],
    ['an empty kid', header({ kid: '' }), S],
    ['a kid of 2000 characters', header({ kid: 'k'.repeat(2_000) }), S],
    ['a kid that is a list with the right one', header({ kid: [HEADER.kid] }), M],
    ['a header member called __proto__', forge(CLAIMS, JSON.stringify(HEADER).replace('{', '{"__proto__":{},')), M],
    ['a kid that is a number', header({ kid: 1 }), M],
    ['no kid', forge(CLAIMS, { alg: 'HS256', typ: 'at+jwt' }), M],
    ['no typ', forge(CLAIMS, { alg: 'HS256', kid: HEADER.kid }), M],
    ['no alg', forge(CLAIMS, { typ: 'at+jwt', kid: HEADER.kid }), M],
    ['typ in capitals', header({ typ: 'AT+JWT' }), C],
    ['the long form of the typ', header({ typ: 'application/at+jwt' }), C],
    ['an empty typ', header({ typ: '' }), C],
    ['typ JWT: not an access token', header({ typ: 'JWT' }), C],
    ['typ deposit+jwt: another kind of ours', header({ typ: 'deposit+jwt' }), C],
    ["typ lab+jwt, well signed: the lab's kind", header({ typ: 'lab+jwt' }), C],
    ['a lab token as the issuer makes it', labToken, C],
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
    ['the last character, same bytes', otherEncoding(), M],
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
    ['a second alg in the header', forge(CLAIMS, JSON.stringify(HEADER).replace('{', '{"alg":"none",')), M],
    ['an escape that need not be', rawPayload(JSON.stringify(CLAIMS).replace('"iss"', '"\\u0069ss"')), M],
    ['a number in another notation', rawPayload(JSON.stringify(CLAIMS).replace(`"iat":${NOW}`, `"iat":${NOW}.0`)), M],
    ['a byte order mark', rawPayload(`\ufeff${JSON.stringify(CLAIMS)}`), M],
    ['objects in objects, as deep as fits', rawPayload(`${'{"a":'.repeat(350)}1${'}'.repeat(350)}`), C],
    ['over 4096 bytes', claims({ name: 'x'.repeat(4000) }), M],
    ...(Object.keys(CLAIMS) as (keyof typeof CLAIMS)[]).map((name) => [`no ${name}`, forge(without(name)), C] as const),
    ['another issuer', claims({ iss: 'https://evil.example' }), C],
    ['an issuer that only begins like ours', claims({ iss: `${CLAIMS.iss}.evil.example` }), C],
    ['an audience of others', claims({ aud: ['https://other.example'] }), C],
    ['an audience that is a string', claims({ aud: CLAIMS.iss }), C],
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
    ['iat more than 10 s ahead', claims({ iat: NOW + 11 + clockSeconds, auth_time: NOW, exp: NOW + 300 }), C],
    ['iat negative', claims({ iat: -1 }), C],
    ['auth_time after iat', claims({ auth_time: NOW + 5 }), C],
    ['a jti that is empty', claims({ jti: '' }), C],
    ['a name of 257 characters', claims({ name: 'x'.repeat(257) }), C],
    ['an exp that no date has', claims({ exp: 2 ** 53 }), C],
    [
      'a status index with a fraction',
      claims({ status: { status_list: { ...CLAIMS.status.status_list, idx: 0.5 } } }),
      C,
    ],
    ['amr empty', claims({ amr: [] }), C],
    ['amr as text', claims({ amr: 'pwd' }), C],
    ['a status without a list', claims({ status: {} }), C],
    [
      'a status index that is negative',
      claims({ status: { status_list: { idx: -1, uri: `${CLAIMS.iss}/status-lists/0` } } }),
      C,
    ],
    [
      'a status index beyond every list',
      claims({ status: { status_list: { idx: 131_072, uri: `${CLAIMS.iss}/status-lists/0` } } }),
      C,
    ],
    [
      'a status list of another issuer',
      claims({ status: { status_list: { idx: 1, uri: 'https://evil.example/status-lists/0' } } }),
      C,
    ],
    [
      'a status list that is another path',
      claims({ status: { status_list: { idx: 1, uri: `${CLAIMS.iss}/status-lists/../x` } } }),
      C,
    ],
    ['nbf in the past', claims({ nbf: NOW - 60 }), C],
    ['nbf in the future', claims({ nbf: NOW + 3_600 }), C],
    ['nbf as text', claims({ nbf: 'soon' }), C],
    ['nbf beyond the calendar', claims({ nbf: 2 ** 53 }), C],
    ['exp as a list', claims({ exp: [NOW + 300] }), C],
    ['exp as an object', claims({ exp: { valueOf: NOW + 300 } }), C],
    ['exp true', claims({ exp: true }), C],
    ['exp negative', claims({ exp: -1 }), C],
    ['exp before the calendar', claims({ exp: -(2 ** 53) }), C],
    ['iss as a list', claims({ iss: [CLAIMS.iss] }), C],
    ['an audience with a number in it', claims({ aud: [...CLAIMS.aud, 1] }), C],
    ['an audience that is an object', claims({ aud: { 0: CLAIMS.aud[0] } }), C],
    ['expired, and for another audience', claims({ ...past, aud: ['https://other.example'] }), C],
    ['expired, and of another issuer', claims({ ...past, iss: 'https://evil.example' }), C],
    ['expired, and without a claim', claims({ ...past, sid: undefined }), C],
    ['expired, and of another typ', forge({ ...CLAIMS, ...past }, { ...HEADER, typ: 'lab+jwt' }), C],
    ['expired, and with another secret', forge({ ...CLAIMS, ...past }, HEADER, { secret: 'x'.repeat(32) }), S],
    ['expired long ago', claims(past), 'token_expired'],
    ['expired this very second', forge({ ...CLAIMS, iat: NOW - 300, auth_time: NOW - 300, exp: NOW }), 'token_expired'],
  ]
}
