// Which tokens came twice, without keeping any.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { SeenOnce } from '../../src/tokens/seen-once.js'

const signatures = (count: number) => Array.from({ length: count }, () => randomBytes(32).toString('base64url'))

test('a signature is known the second time, and then forgotten', () => {
  const seen = new SeenOnce()
  const [one = '', other = ''] = signatures(2)
  assert.deepEqual(
    [one, other, one, one, other].map((each) => seen.again(each)),
    [false, false, true, false, true],
  )
})

test('of ten thousand that come again and again in the same order nearly all are known before long, and nobody else', () => {
  const seen = new SeenOnce()
  let unknown = signatures(10_000)
  const left = Array.from({ length: 10 }, () => {
    unknown = unknown.filter((each) => !seen.again(each))
    return unknown.length
  })
  assert.equal(left[0], 10_000)
  assert.ok((left[1] ?? 0) < 2_000, `after the second time ${left[1]} are unknown`)
  assert.ok((left.at(-1) ?? 0) < 100, `unknown after each time: ${left}`)
  assert.equal(signatures(10_000).filter((each) => seen.again(each)).length, 0)
})
