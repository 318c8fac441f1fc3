import { createPublicKey } from 'node:crypto'
import type { SigningKey } from '../../src/keys/ring.js'
import { type Group, type Row, row } from '../group.js'
import { encode } from '../jws.js'
import { forger, type World } from '../world.js'

const M = 'token_malformed'
const S = 'token_signature_invalid'

/** Attacks on the algorithm, the key and the signature. */
export function keyVectors(world: World): Group[] {
  const category = 'keys'
  return [
    {
      category,
      name: 'algorithm',
      reason: 'The key determines the algorithm, never the token. Else an attacker chooses how a token is verified.',
      section: 'RFC 8725, section 3.1',
      severity: 'critical',
      rows: algorithms(world),
    },
    {
      category,
      name: 'signature',
      reason: 'Only the signature proves that the issuer made the token.',
      section: 'RFC 7515, section 5.2',
      severity: 'critical',
      rows: signatures(world),
    },
    {
      category,
      name: 'kid',
      reason: 'A token must name one of the keys. A verifier must not search, guess or read a file by this name.',
      section: 'RFC 8725, section 3.10',
      severity: 'critical',
      rows: kids(world),
    },
    {
      category,
      name: 'key-in-header',
      reason: 'A key that the token brings along proves nothing.',
      section: 'RFC 8725, section 3.10',
      severity: 'critical',
      rows: keysInHeader(world),
    },
    {
      category,
      name: 'key-confusion',
      reason: 'A public key is known to all. A verifier that uses it as a secret accepts any token.',
      section: 'RFC 8725, section 2.1',
      severity: 'critical',
      rows: world.key.alg === 'EdDSA' ? publicKeysAsSecrets(world) : [],
    },
    {
      category,
      name: 'rotation',
      reason: 'Every key of the ring verifies, so that a rotation signs no user out.',
      section: 'RFC 7515, section 4.1.4',
      severity: 'high',
      rows: otherKeys(world),
    },
  ]
}

function algorithms(world: World): Row[] {
  const { header, good, headed, forge } = forger(world)
  const { key, claims } = world
  const [, body = '', signature = ''] = good.split('.')
  const named = (alg: string) => row(`alg ${alg} named, signed with the genuine key`, headed({ alg }), S)
  return [
    row('alg none, unsigned', `${encode({ ...header, alg: 'none' })}.${body}.`, M),
    row('alg none with the old signature', `${encode({ ...header, alg: 'none' })}.${body}.${signature}`, S),
    ...['nOnE', 'NONE', 'None', 'RS256', 'ES256', 'PS256', 'Ed25519', 'hs256'].map(named),
    named(key.alg === 'HS256' ? 'EdDSA' : 'HS256'),
    row('the right alg with a space after it', headed({ alg: `${key.alg} ` }), S),
    row('an empty alg', headed({ alg: '' }), S),
    row('genuine, but no signature', `${good.split('.', 2).join('.')}.`, M),
    ...(key.alg === 'HS256'
      ? [
          row('HS384 with the same secret', forge(claims, { ...header, alg: 'HS384' }, key, 'sha384'), S),
          row('HS512 with the same secret', forge(claims, { ...header, alg: 'HS512' }, key, 'sha512'), S),
        ]
      : []),
  ]
}

function signatures(world: World): Row[] {
  const { header, good, forge, claims } = forger(world)
  const { key, attackerKey } = world
  const [head, body, signature = ''] = good.split('.')
  const [, otherBody] = claims({ jti: 'BBBBBBBBBBBBBBBBBBBBBB' }).split('.')
  const hmac = { alg: 'HS256' as const, signingKey: '' }
  const flipped = (at: number) => {
    const other = signature[at] === 'A' ? 'B' : 'A'
    return `${head}.${body}.${signature.slice(0, at)}${other}${signature.slice(at + 1)}`
  }
  return [
    row("the attacker's key under the genuine kid", forge(world.claims, header, attackerKey), S),
    ...(key.alg === 'HS256' ? [row('the empty secret', forge(world.claims, header, { ...key, ...hmac }), S)] : []),
    row('the first character of the signature', flipped(0), S),
    ...[9, 19, 29, 39].map((at) => row(`character ${at + 1} of the signature`, flipped(at), S)),
    row('a truncated signature', `${head}.${body}.${signature.slice(0, 40)}`, S),
    row('a signature of zeros', `${head}.${body}.${'A'.repeat(signature.length)}`, S),
    row('the signature twice', `${head}.${body}.${signature.slice(0, 40).repeat(2)}`, S),
    row('the signature of another genuine token', `${head}.${otherBody}.${signature}`, S),
    ...Object.keys(world.claims).map((name) =>
      row(`the payload with another ${name}, under the old signature`, forgedPayload(world, name), S),
    ),
    row(
      'a payload with one more claim, under the old signature',
      `${head}.${encode({ ...world.claims, admin: true })}.${signature}`,
      S,
    ),
  ]
}

function forgedPayload(world: World, name: string): string {
  const [head, , signature] = forger(world).good.split('.')
  const value = (world.claims as unknown as Record<string, unknown>)[name]
  const other = typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value}x` : ['x']
  return `${head}.${encode({ ...world.claims, [name]: other })}.${signature}`
}

function kids(world: World): Row[] {
  const { headed, forge } = forger(world)
  const { key, otherKey, claims } = world
  const named = (sentence: string, kid: unknown) => row(sentence, headed({ kid }), S)
  return [
    ...(otherKey ? [named('the kid of another of our keys', otherKey.kid)] : []),
    named('an unknown kid', 'k9'),
    // A kid of digits alone is the same in other capitals.
    ...(/[a-z]/i.test(key.kid) ? [named('a kid in other capitals', key.kid.replace(/[a-z]/gi, otherCase))] : []),
    named('a kid that only begins like ours', `${key.kid}x`),
    named('a kid from the prototype', '__proto__'),
    named('a kid that is a path', '../../dev/null'),
    named('a kid that is a query', "' OR 1=1 --"),
    named('a kid that is a command', 'key;id'),
    named('a kid with a zero byte', `${key.kid}\u0000`),
    named('a kid that is a URL', 'https://evil.example/key'),
    named('a kid that every object has', 'constructor'),
    named('an empty kid', ''),
    named('a kid of 2000 characters', 'k'.repeat(2_000)),
    row('a kid that is a list with the right one', headed({ kid: [key.kid] }), M),
    row('a kid that is a number', headed({ kid: 1 }), M),
    row('a kid that is null', headed({ kid: null }), M),
    row('no kid', forge(claims, { alg: key.alg, typ: 'at+jwt' }), M),
  ]
}

const otherCase = (letter: string) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())

function keysInHeader(world: World): Row[] {
  const { headed, header, forge } = forger(world)
  const { attackerKey, claims } = world
  const jwk =
    attackerKey.alg === 'EdDSA'
      ? createPublicKey(attackerKey.verificationKey).export({ format: 'jwk' })
      : { kty: 'oct', k: encode(attackerKey.signingKey) }
  return [
    row('jwk in the header', headed({ jwk }), M),
    row("the attacker's jwk in the header, and its signature", forge(claims, { ...header, jwk }, attackerKey), M),
    row('jku in the header', headed({ jku: 'https://evil.example/keys' }), M),
    row('x5u in the header', headed({ x5u: 'https://evil.example/cert' }), M),
    row('x5c in the header', headed({ x5c: ['AA=='] }), M),
    row('x5t in the header', headed({ x5t: 'AA' }), M),
  ]
}

function publicKeysAsSecrets(world: World): Row[] {
  const { header, forge } = forger(world)
  const { claims, key } = world
  const pem = key.verificationKey
  const publicKey = createPublicKey(pem)
  const jwk = publicKey.export({ format: 'jwk' })
  const secrets: readonly (readonly [what: string, secret: string])[] = [
    ['the public key as PEM', pem],
    ['the PEM without its last line end', pem.trim()],
    ['the public key as DER', publicKey.export({ type: 'spki', format: 'der' }).toString('latin1')],
    ['x of the public key', String(jwk.x)],
    ['the JWK as text', JSON.stringify(jwk)],
    ['the kid', key.kid],
    ['nothing', ''],
  ]
  const signed = (alg: string, secret: string) =>
    forge(claims, { ...header, alg }, { ...key, alg: 'HS256', signingKey: secret })
  return secrets.flatMap(([what, secret]) => [
    row(`${what} as an HMAC secret`, signed('HS256', secret), S),
    row(`${what} as an HMAC secret, named EdDSA`, signed('EdDSA', secret), S),
  ])
}

function otherKeys({ key, otherKey, keyOfOtherKind, claims, ...world }: World): Row[] {
  const by = (signer: SigningKey, alg: string = signer.alg, kid = signer.kid) =>
    forger({ ...world, key, claims }).forge(claims, { alg, typ: 'at+jwt', kid }, signer)
  return [
    ...(otherKey ? [row('genuine, signed with an older key of the ring', by(otherKey), 'accepted')] : []),
    ...(keyOfOtherKind
      ? [
          row('genuine, signed with a key of the other kind', by(keyOfOtherKind), 'accepted'),
          row('the key of the other kind, with the alg of this one', by(keyOfOtherKind, key.alg), S),
          row('the key of the other kind, under the kid of this one', by(keyOfOtherKind, undefined, key.kid), S),
          row('this key, under the kid of the other kind', by(key, undefined, keyOfOtherKind.kid), S),
        ]
      : []),
  ]
}
