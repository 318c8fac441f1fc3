import { type Group, type Row, row } from '../group.js'
import { encode } from '../jws.js'
import { forger, type World } from '../world.js'

const M = 'token_malformed'
const S = 'token_signature_invalid'
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Tokens in another encoding than the canonical one, most of them with a genuine signature. */
export function encodingVectors(world: World): Group[] {
  const category = 'encodings'
  return [
    {
      category,
      name: 'header',
      reason: 'No token needs another header member. An unknown one may change what the token means.',
      section: 'RFC 7515, section 4.1.11',
      severity: 'medium',
      rows: headers(world),
    },
    {
      category,
      name: 'parts',
      reason: 'The compact serialization has three parts. Any other form is read differently by different libraries.',
      section: 'RFC 7515, section 7.1',
      severity: 'medium',
      rows: parts(world),
    },
    {
      category,
      name: 'base64url',
      reason: 'Another encoding of a token passes block lists and caches that use the token as their key.',
      section: 'RFC 4648, section 3.5',
      severity: 'medium',
      rows: [...characters(world), ...lastCharacters(world)],
    },
    {
      category,
      name: 'json',
      reason: 'Two parsers may read such JSON differently, so two services may see two users.',
      section: 'RFC 8259, section 4',
      severity: 'medium',
      rows: notations(world),
    },
    {
      category,
      name: 'size',
      reason: 'The work for a refused request must be bounded. A cookie of more bytes is not stored either.',
      section: 'RFC 6265, section 6.1',
      severity: 'medium',
      rows: sizes(world),
    },
  ]
}

function headers(world: World): Row[] {
  const { headed, forge } = forger(world)
  const { claims, key } = world
  const { alg, kid } = key
  return [
    row('crit', headed({ crit: ['exp'] }), M),
    row('crit with an unknown extension', headed({ crit: ['x'], x: 1 }), M),
    row('b64 false', headed({ b64: false, crit: ['b64'] }), M),
    row('zip', headed({ zip: 'DEF' }), M),
    row('enc', headed({ enc: 'A256GCM' }), M),
    row('cty', headed({ cty: 'JWT' }), M),
    row('a claim in the header', headed({ iss: claims.iss }), M),
    row('no typ', forge(claims, { alg, kid }), M),
    row('no alg', forge(claims, { typ: 'at+jwt', kid }), M),
    row('an empty header', forge(claims, {}), M),
    row('a typ that is a list', headed({ typ: ['at+jwt'] }), M),
    row('an alg that is a list', headed({ alg: [alg] }), M),
    row('a header member called __proto__', forge(claims, withFirst(headerText(world), '"__proto__":{}')), M),
    row('a second alg in the header', forge(claims, withFirst(headerText(world), '"alg":"none"')), M),
    row('a second kid in the header', forge(claims, withFirst(headerText(world), '"kid":"k9"')), M),
    row('white space in the header', forge(claims, JSON.stringify(forger(world).header, null, 1)), M),
    row('a header that is an array', forge(claims, [alg]), M),
    row('a header that is null', forge(claims, 'null'), M),
  ]
}

const headerText = (world: World) => JSON.stringify(forger(world).header)
const withFirst = (json: string, member: string) => json.replace('{', `{${member},`)
const withLast = (json: string, member: string) => `${json.slice(0, -1)},${member}}`

function parts(world: World): Row[] {
  const { good } = forger(world)
  const [head, body, signature] = good.split('.')
  return [
    row('two parts', `${head}.${body}`, M),
    row('four parts', `${good}.x`, M),
    row('a dot more', `${good}.`, M),
    row('a dot before', `.${good}`, M),
    row('a JWE of five parts', `${head}.${body}.x.y.z`, M),
    row('one part', String(head), M),
    row('dots alone', '..', M),
    row('an empty token', '', M),
    row('no header', `.${body}.${signature}`, M),
    row('no payload', `${head}..${signature}`, M),
    row('not base64url at all', '%%%.%%%.%%%', M),
    row('JSON serialization', encode({ payload: body, signature }), M),
    row('quotes around the token', `"${good}"`, M),
    row('percent-encoded dots', good.replaceAll('.', '%2E'), M),
    row('the token in base64url once more', encode(good), M),
  ]
}

/** Characters outside of the alphabet, in each part: at its start, in the middle and at its end. */
function characters(world: World): Row[] {
  const { good } = forger(world)
  const [head, body, signature] = good.split('.')
  const inserted = (name: string, character: string) =>
    good.split('.').flatMap((part, index) =>
      [0, Math.floor(part.length / 2), part.length].map((at, place) => {
        const changed = good.split('.')
        changed[index] = part.slice(0, at) + character + part.slice(at)
        const where = `${['at the start', 'in the middle', 'at the end'][place]} of the ${PARTS[index]}`
        return row(`${name} ${where}`, changed.join('.'), M)
      }),
    )
  return [
    row('padding', `${good}=`, M),
    row('white space before', ` ${good}`, M),
    row('plus and slash', `${head}.${body}.${'+/'.repeat(21)}A`, M),
    row('a tilde for a dot', `${head}~${body}.${signature}`, M),
    ...inserted('a padding character', '='),
    ...inserted('a plus sign', '+'),
    ...inserted('a percent sign', '%'),
    // White space around the whole token belongs to the cookie's or header's syntax.
    ...inserted('a space', ' ').slice(1, -1),
  ]
}

const PARTS = ['header', 'payload', 'signature']

/** Every other last character of the signature. Some of them decode to the same bytes. */
function lastCharacters(world: World): Row[] {
  const { good } = forger(world)
  const signature = good.slice(good.lastIndexOf('.') + 1)
  const unusedBits = signature.length % 4 === 3 ? 2 : 4
  const genuine = ALPHABET.indexOf(good.at(-1) ?? '')
  return [...ALPHABET].flatMap((character, value) => {
    if (value === genuine) return []
    const same = value >> unusedBits === genuine >> unusedBits
    const sentence = `the signature ends with ${character}, ${same ? 'the same bytes' : 'other bytes'}`
    return [row(sentence, good.slice(0, -1) + character, value % 2 ** unusedBits === 0 ? S : M)]
  })
}

function notations(world: World): Row[] {
  const { forge, good } = forger(world)
  const [head, , signature] = good.split('.')
  const text = JSON.stringify(world.claims)
  const { iat } = world.claims
  return [
    row('white space in the JSON', forge(JSON.stringify(world.claims, null, 1)), M),
    row('white space after the JSON', forge(`${text} `), M),
    row('a second sub', forge(withLast(text, '"sub":"u-2"')), M),
    row('a second sub before the genuine one', forge(withFirst(text, '"sub":"u-2"')), M),
    row('a second exp', forge(withLast(text, `"exp":${iat + 360}`)), M),
    row('the same member twice', forge(withLast(text, `"iss":${JSON.stringify(world.claims.iss)}`)), M),
    row('an escape that need not be', forge(text.replace('"iss"', '"\\u0069ss"')), M),
    row('an escaped slash', forge(text.replace('/', '\\/')), M),
    row('a number with a fraction of zero', forge(text.replace(`"iat":${iat}`, `"iat":${iat}.0`)), M),
    row('a number with an exponent', forge(text.replace(`"iat":${iat}`, `"iat":${iat}e0`)), M),
    row('a number NaN', forge(text.replace(`"iat":${iat}`, '"iat":NaN')), M),
    row('a byte order mark', forge(`\ufeff${text}`), M),
    row('a comment', forge(`/**/${text}`), M),
    row('a comma too many', forge(`${text.slice(0, -1)},}`), M),
    row('single quotes', forge(text.replaceAll('"', "'")), M),
    row('two objects', forge(text + text), M),
    row('an array as payload', forge([]), M),
    row('the claims in an array', forge([world.claims]), M),
    row('null as payload', forge('null'), M),
    row('a text as payload', forge('"text"'), M),
    row('a payload that is not JSON', forge('{'), M),
    row('an empty JSON text', forge(' '), M),
    row(
      'a payload that is not UTF-8',
      `${head}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${signature}`,
      M,
    ),
    row(
      'objects in objects, as deep as fits',
      forge(`${'{"a":'.repeat(350)}1${'}'.repeat(350)}`),
      'token_claims_invalid',
    ),
    row('arrays in arrays, as deep as fits', forge(`${'['.repeat(1_400)}${']'.repeat(1_400)}`), M),
  ]
}

function sizes(world: World): Row[] {
  const { claims } = forger(world)
  const ofLength = (length: number) => {
    for (let filler = 2_000; ; ) {
      const token = claims({ filler: 'x'.repeat(filler) })
      if (token.length >= length) return token
      // Three bytes are four characters: never too many.
      filler += Math.max(1, Math.floor(((length - token.length) * 3) / 4))
    }
  }
  return [
    row('genuine, and large', claims({ filler: 'x'.repeat(2_000) }), 'accepted'),
    row('a few bytes over 4096', ofLength(4_097), M),
    row('over 4096 bytes', claims({ name: 'x'.repeat(4_000) }), M),
    row('twice as large', claims({ filler: 'x'.repeat(6_000) }), M),
    row('8000 characters without a dot', 'x'.repeat(8_000), M),
  ]
}
