import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asRegistered, registrationProblems } from '../../src/register/rules.js'
import { isUsername } from '../../src/sign-in/rules.js'

const PASSWORD = 'seven quiet lanterns'

test('whatever is typed, each field is taken as it will be kept, or has a sentence', () => {
  const typed = fc.record({
    username: fc.oneof(fc.string(), fc.stringMatching(/^\s?[A-Za-z0-9._-]{1,40}\s?$/)),
    name: fc.oneof(fc.string({ maxLength: 120 }), fc.string({ unit: 'grapheme', maxLength: 120 })),
    password: fc.constantFrom('', 'short', PASSWORD),
  })
  fc.assert(
    fc.property(typed, (form) => {
      const problems = registrationProblems(form)
      for (const sentence of Object.values(problems)) assert.match(sentence, /^[A-Z].*\.$/)
      const kept = asRegistered(form)
      assert.equal(problems.username === undefined, isUsername(kept.username))
      assert.equal(problems.password === undefined, form.password === PASSWORD)
      if (problems.name === undefined) {
        assert.ok(kept.name.length > 0 && [...kept.name].length <= 64)
        assert.ok(Buffer.byteLength(JSON.stringify(kept.name)) <= 98, 'it has room in the cookie')
      }
      assert.deepEqual(asRegistered(kept), kept, 'kept once is kept for good')
    }),
  )
})
