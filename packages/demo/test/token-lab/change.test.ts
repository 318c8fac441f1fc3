import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  decode,
  membersOf,
  otherLastCharacter,
  signedByAnother,
  unsigned,
  withMember,
} from '../../src/token-lab/change.js'
import { EXHIBITS, exhibitOf } from '../../src/token-lab/exhibits.js'
import { askLibraries } from '../../src/token-lab/verifiers.js'

const SECRET = 'a-secret-for-tests-of-at-least-32-bytes'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const pair = generateKeyPairSync('ed25519')
const claims = { name: 'Ada Lovelace', exp: 4_000_000_000 }

const byHmac = (): string => {
  const input = `${encode({ alg: 'HS256', typ: 'lab+jwt', kid: 'k1' })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
}
const byPair = (): string => {
  const input = `${encode({ alg: 'EdDSA', typ: 'lab+jwt', kid: 'k1' })}.${encode(claims)}`
  return `${input}.${sign(null, Buffer.from(input), pair.privateKey).toString('base64url')}`
}
const signatureOf = (token: string) => Buffer.from(token.split('.')[2] ?? '', 'base64url')

for (const [alg, token, verificationKey] of [
  ['HS256', byHmac(), SECRET],
  ['EdDSA', byPair(), pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
] as const) {
  describe(`changes to a token signed with ${alg}`, () => {
    const keys = { find: (kid: string) => (kid === 'k1' ? { kid, alg, verificationKey } : undefined) }
    const verdicts = async (changed: string) =>
      (await askLibraries(keys, changed)).map(({ verdict }) => verdict.genuine)

    test('libraries accept the unchanged token', async () => assert.deepEqual(await verdicts(token), [true, true]))

    test('another last character encodes the same bytes, and libraries accept it', async () => {
      const changed = otherLastCharacter(token)
      assert.notEqual(changed, token)
      assert.deepEqual(signatureOf(changed), signatureOf(token))
      assert.deepEqual(await verdicts(changed), [true, true])
    })

    test('a changed claim leaves the rest unchanged, and libraries refuse it', async () => {
      const changed = withMember(token, 'payload', 'name', 'Grace Hopper')
      assert.deepEqual(membersOf(changed, 'payload'), { ...claims, name: 'Grace Hopper' })
      assert.deepEqual(signatureOf(changed), signatureOf(token))
      assert.deepEqual(await verdicts(changed), [false, false])
    })

    test('signedByAnother signs with the same algorithm and a new random key', async () => {
      const changed = signedByAnother(token)
      assert.equal(signatureOf(changed).length, signatureOf(token).length)
      assert.notEqual(changed, signedByAnother(token))
      assert.deepEqual(await verdicts(changed), [false, false])
    })

    test('an unsigned token has alg none in its header', () => {
      assert.match(unsigned(token), /^[\w-]+\.[\w-]+\.$/)
      assert.equal(membersOf(unsigned(token), 'header').alg, 'none')
    })
  })
}

test('a token with an unknown kid is not passed to libraries', async () => {
  assert.deepEqual(await askLibraries({ find: () => undefined }, byHmac()), [])
})

test('any text can be decoded without an error', () => {
  assert.equal(JSON.parse(decode(byHmac()).payload).name, 'Ada Lovelace')
  for (const hostile of [
    '',
    '.',
    '..',
    'a.b',
    '%%%.%%%.%%%',
    `${encode([1])}.${encode([])}.x`,
    '....',
    'x'.repeat(8_192),
  ]) {
    assert.equal(typeof decode(hostile).header, 'string')
    assert.equal(typeof membersOf(hostile, 'payload'), 'object')
    assert.equal(typeof withMember(hostile, 'header', '__proto__', 'x'), 'string')
    for (const { make } of EXHIBITS) assert.equal(typeof make(hostile), 'string')
  }
  assert.equal(Object.getPrototypeOf({}), Object.prototype)
})

test('every exhibit is found by its name, and no other name is found', () => {
  for (const exhibit of EXHIBITS) assert.equal(exhibitOf(exhibit.name), exhibit)
  assert.equal(new Set(EXHIBITS.map(({ name }) => name)).size, EXHIBITS.length)
  for (const other of ['', undefined, ['expired'], '__proto__', 'constructor'])
    assert.equal(exhibitOf(other), undefined)
})
