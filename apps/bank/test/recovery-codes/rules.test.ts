import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashOfCode, newCodes } from '../../src/recovery-codes/rules.js'

test('codes are ten, all different, of characters that do not look alike', () => {
  const many = Array.from({ length: 200 }, newCodes)
  for (const codes of many) assert.equal(codes.length, 10)
  const all = many.flat()
  assert.equal(new Set(all).size, all.length)
  for (const code of all) assert.match(code, /^([2-9a-hjkmnp-z]{4}-){3}[2-9a-hjkmnp-z]{4}$/)
})

test('a code has more than 64 bits: each place takes each of 31 characters equally often', () => {
  const counts = new Map<string, number>()
  for (const character of Array.from({ length: 500 }, newCodes).flat().join('').replaceAll('-', ''))
    counts.set(character, (counts.get(character) ?? 0) + 1)
  assert.equal(counts.size, 31)
  assert.ok(16 * Math.log2(counts.size) > 64)
  const mean = (500 * 10 * 16) / 31
  for (const [character, count] of counts) assert.ok(Math.abs(count - mean) < mean / 4, `${character}: ${count}`)
})

test('letter case, spaces and dashes do not matter, and everything else does', () => {
  const [code = ''] = newCodes()
  for (const typed of [
    code.toUpperCase(),
    ` ${code} `,
    code.replaceAll('-', ''),
    code.replaceAll('-', ' '),
    `${code}\t`,
  ])
    assert.equal(hashOfCode(typed), hashOfCode(code), typed)
  for (const typed of [`${code}x`, code.slice(1), '', `${code}\0`]) assert.notEqual(hashOfCode(typed), hashOfCode(code))
})
