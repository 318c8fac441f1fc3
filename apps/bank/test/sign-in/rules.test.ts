import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldUsername, isUsername, sentenceOf } from '../../src/sign-in/rules.js'

test('a username is one person’s in whatever letter case and with whatever space around it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9._-]{3,32}$/), fc.constantFrom('', ' ', '\t'), (username, space) => {
      assert.equal(foldUsername(`${space}${username.toUpperCase()}${space}`), username)
      assert.ok(isUsername(username))
    }),
  )
  fc.assert(
    fc.property(fc.string(), (typed) => {
      const folded = foldUsername(typed)
      assert.equal(foldUsername(folded), folded)
      if (isUsername(folded)) assert.match(folded, /^[a-z0-9._-]{3,32}$/)
    }),
  )
})

test('a reason has a known sentence or none, for any text in the URL', () => {
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'token_expired', 'session_unknown'),
  )
  fc.assert(
    fc.property(names, (reason) => {
      const sentence = sentenceOf(reason)
      assert.ok(sentence === undefined || /^[A-Z].*\.$/.test(sentence))
      if (!/^(token|session)_|^unavailable$/.test(reason)) assert.equal(sentence, undefined)
    }),
  )
})
