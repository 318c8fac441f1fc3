import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstVisibleCharacter, hasVisibleCharacter, withoutDirectionControls } from '../src/index.js'

const INVISIBLE = [
  '',
  ' ',
  '\t\r\n',
  '\u00a0\u2007\u202f\u3000\u1680',
  '\u00ad',
  '\u034f',
  '\u061c\u200e\u200f\u202e',
  '\u115f\u1160\u3164\uffa0',
  '\u17b4\u17b5\u180e',
  '\u200b\u200c\u200d\u2060\ufeff',
  '\u2028\u2029',
  '\u2800',
  '\ufe0f\u{e0100}',
  '\u{e0041}',
  '\u{1d159}\u{1d173}',
  '\u{13441}\u{13442}',
  '\u0301\u20dd',
  '\u0000\u0085',
]
const VISIBLE = [
  'a',
  '0',
  '.',
  '-',
  'Ж',
  '京',
  'あ',
  '한',
  'नि',
  '🎉',
  '👩‍🚀',
  '$',
  'é',
  'e\u0301',
  '\u200bx\u200b',
  'ﷺ',
  '٣',
]

test('spaces, invisible characters and lone combining marks are not visible', () => {
  for (const text of INVISIBLE) assert.equal(hasVisibleCharacter(text), false, JSON.stringify(text))
  assert.equal(hasVisibleCharacter(INVISIBLE.join('')), false)
  for (const text of VISIBLE) assert.equal(hasVisibleCharacter(text), true, text)
})

test('the first visible character follows invisible ones', () => {
  for (const before of INVISIBLE) assert.equal(firstVisibleCharacter(`${before}=1`), '=', JSON.stringify(before))
  assert.equal(firstVisibleCharacter('\u200b'), undefined)
})

test('removing direction controls keeps all other characters', () => {
  assert.equal(withoutDirectionControls('Rent \u202e00.5\u202c \u2066x\u2069\u200f\u061c'), 'Rent 00.5 x')
})
