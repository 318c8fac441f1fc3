import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSecrets } from '../../src/verifier.js'

const LONG = 'not-one-character-repeated-32-bytes'

test('the first secret signs, all verify', () => {
  const ring = parseSecrets(`new:${LONG}1, old:${LONG}2\n`)
  assert.equal(ring.first.kid, 'new')
  assert.deepEqual(
    ring.all.map(({ kid }) => kid),
    ['new', 'old'],
  )
  assert.equal(ring.find('old')?.signingKey, `${LONG}2`)
})

test('a bare secret gets a deterministic kid that differs between secrets', () => {
  const kid = (text: string) => parseSecrets(text).first.kid
  assert.equal(kid(LONG), kid(LONG))
  assert.notEqual(kid(LONG), kid(`${LONG}y`))
  assert.ok(!LONG.includes(kid(LONG)))
})

const BAD: ReadonlyArray<readonly [why: string, text: string, sentence: RegExp]> = [
  ['nothing', '', /secret 1 must be at least 32 bytes/],
  ['31 bytes', 'x'.repeat(31), /secret 1 must be at least 32 bytes/],
  ['a kid does not count towards the length', `kid:${'x'.repeat(31)}`, /secret 1 must be at least 32 bytes/],
  ['a short second one', `${LONG},short`, /secret 2 must be at least 32 bytes/],
  ['a trailing comma', `${LONG},`, /secret 2 must be at least 32 bytes/],
  ['one kid twice', `a:${LONG}1,a:${LONG}2`, /key 1 has the kid of a later one/],
  ['one bare secret twice', `${LONG},${LONG}`, /key 1 has the kid of a later one/],
  ['one character', 'x'.repeat(64), /secret 1 must be random/],
  ['one character behind a kid', `kid:${'0'.repeat(32)}`, /secret 1 must be random/],
  ['one character of two bytes', 'ü'.repeat(16), /secret 1 must be random/],
  ['one character, in the second', `${LONG},b:${'x'.repeat(32)}`, /secret 2 must be random/],
  ['a public key as a secret', `-----BEGIN PUBLIC KEY-----${LONG}`, /secret 1 is a PEM key/],
]
for (const [why, text, sentence] of BAD) {
  test(`is refused without the secret in the message: ${why}`, () => {
    assert.throws(
      () => parseSecrets(text),
      (error) => {
        assert.ok(error instanceof TypeError)
        assert.match(error.message, sentence)
        assert.ok(!error.message.includes(LONG))
        return true
      },
    )
  })
}

test('the minimum is 32 bytes, not characters', () => {
  assert.equal(parseSecrets(`${'äëïöü'.repeat(3)}ÿ`).all.length, 1)
})
