import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMinor } from '@signet/contracts'
import fc from 'fast-check'
import { cursorOf, likePattern, parseCursor, parseSearch } from '../../src/accounts/rules.js'

test('a cursor is parsed from its own format only', () => {
  const at = fc.date({ min: new Date(1), max: new Date(10 ** 14 - 1), noInvalidDate: true })
  const id = fc.bigInt({ min: 1n, max: 10n ** 18n - 1n })
  fc.assert(fc.property(at, id, (at, id) => assert.deepEqual(parseCursor(cursorOf({ at, id })), { at, id })))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{0,20}-\d{0,20}$/)), (text) => {
      const read = parseCursor(text)
      assert.ok(read === undefined || cursorOf(read) === text)
    }),
  )
})

test('an amount is found in the format of statements, and other text is searched in memos', () => {
  const amount = fc.bigInt({ min: 1n, max: BigInt(Number.MAX_SAFE_INTEGER) })
  fc.assert(
    fc.property(amount, fc.constantFrom('', '+', '-', '\u2212'), (minor, sign) => {
      const found = parseSearch(` ${sign}${formatMinor(minor, 'USD')} `, 'USD')?.amountsMinor
      assert.deepEqual(found, sign === '' ? [minor, -minor] : [sign === '+' ? minor : -minor])
    }),
  )
  fc.assert(
    fc.property(fc.string(), (typed) => {
      const search = parseSearch(typed, 'USD')
      assert.equal(search?.text ?? '', typed.trim())
    }),
  )
})

test('a LIKE pattern is the escaped text between two wildcards', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const pattern = likePattern(text)
      assert.ok(pattern.startsWith('%') && pattern.endsWith('%'))
      const inside = pattern.slice(1, -1)
      assert.doesNotMatch(inside.replaceAll(/\\[\\%_]/g, ''), /[\\%_]/, 'nothing unescaped')
      assert.equal(inside.replaceAll(/\\([\\%_])/g, '$1'), text)
    }),
  )
})
