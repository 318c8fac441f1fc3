import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { keyRing, parsePrivateJwks, publicJwks } from '../../src/issuer.js'
import { parseSecrets } from '../../src/verifier.js'
import { BANK, CLAIMS, createApp, encode, forge, freezeClock, issueTwin, RETIREMENT, SECRET } from '../support.js'

freezeClock()

const privateJwks = (kid: string) =>
  JSON.stringify({ keys: [{ kid, ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) }] })
const PAIR = parsePrivateJwks(privateJwks('pair'))
const ATTACKER = parsePrivateJwks(privateJwks('pair'))
const HEADER = { alg: 'EdDSA', typ: 'at+jwt', kid: 'pair' }

function signed(payload: unknown, header: unknown = HEADER, ring = PAIR): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${sign(null, Buffer.from(input), ring.first.signingKey).toString('base64url')}`
}

const pem = PAIR.first.verificationKey
const der = createPublicKey(pem).export({ type: 'spki', format: 'der' })
const x = String((publicJwks(PAIR).keys[0] as { x?: string }).x)
const hmac = { ...HEADER, alg: 'HS256' }
const good = signed(CLAIMS)
const S = 'token_signature_invalid'

/** Forgeries by an attacker who has everything that a verifier has. */
const ATTACKS: ReadonlyArray<readonly [why: string, token: string, code: string]> = [
  ['the public key as PEM, as an HMAC secret', forge(CLAIMS, hmac, { secret: pem }), S],
  ['the same without its last line end', forge(CLAIMS, hmac, { secret: pem.trim() }), S],
  ['the public key as DER, as an HMAC secret', forge(CLAIMS, hmac, { secret: der.toString('latin1') }), S],
  ['the public point as an HMAC secret', forge(CLAIMS, hmac, { secret: x }), S],
  ['a pair of the attacker under the same kid', signed(CLAIMS, HEADER, ATTACKER), S],
  ['an HMAC under the name EdDSA', forge(CLAIMS, HEADER, { secret: pem }), S],
  ['alg Ed25519 instead of EdDSA', signed(CLAIMS, { ...HEADER, alg: 'Ed25519' }), S],
  [
    'the attacker’s key in the header',
    signed(CLAIMS, { ...HEADER, jwk: publicJwks(ATTACKER).keys[0] }, ATTACKER),
    'token_malformed',
  ],
  ['a signature of zeros', `${good.slice(0, good.lastIndexOf('.') + 1)}${'A'.repeat(86)}`, S],
  [
    'another last character, same bytes',
    `${good.slice(0, -1)}${good.at(-1) === 'A' ? 'B' : String.fromCharCode((good.at(-1) ?? 'A').charCodeAt(0) + 1)}`,
    'token_malformed',
  ],
  ['a lab token as the issuer makes it', await issueTwin(PAIR), 'token_claims_invalid'],
  ['another claim', signed({ ...CLAIMS, aud: ['https://other.example'] }), 'token_claims_invalid'],
]

for (const audience of [BANK, RETIREMENT]) {
  describe(`with key pairs at ${audience}`, () => {
    let app: FastifyInstance
    before(async () => {
      app = await createApp({ audience, keys: PAIR })
    })
    after(() => app.close())

    test('accepts the token that the private key signed', async () => {
      assert.equal(
        (await app.inject({ url: '/required', headers: { cookie: `signet_token=${good}` } })).statusCode,
        200,
      )
    })
    for (const [why, token, code] of ATTACKS) {
      test(`refuses ${why}`, async () => {
        for (const headers of [{ cookie: `signet_token=${token}` }, { authorization: `Bearer ${token}` }]) {
          const answer = await app.inject({ url: '/required', headers })
          assert.deepEqual([answer.statusCode, answer.json().code], [401, code])
        }
      })
    }
  })
}

test('during a migration both kinds of keys are accepted, each only with its own algorithm', async () => {
  const app = await createApp({ keys: keyRing([...PAIR.all, ...parseSecrets(`k1:${SECRET}`).all]) })
  const statusOf = async (token: string) =>
    (await app.inject({ url: '/required', headers: { cookie: `signet_token=${token}` } })).statusCode
  assert.equal(await statusOf(good), 200)
  assert.equal(await statusOf(forge(CLAIMS)), 200)
  assert.equal(await statusOf(forge(CLAIMS, { ...HEADER, alg: 'HS256' })), 401)
  assert.equal(await statusOf(signed(CLAIMS, { ...HEADER, kid: 'k1' })), 401)
  await app.close()
})
