import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { statusReference } from '../../src/revocation/reference.js'
import {
  compressStatusBits,
  countRevoked,
  expandStatusBits,
  isRevoked,
  statusBits,
} from '../../src/revocation/status-list.js'

test('the bits match the example of the draft, least significant first', () => {
  // Section 4.1 of draft-ietf-oauth-status-list: the statuses 1,0,0,1,1,1,0,1,1,1,0,0,0,1,0,1 are the bytes b9 a3.
  const bits = statusBits([0, 3, 4, 5, 7, 8, 9, 13, 15])
  assert.deepEqual([...bits.subarray(0, 3)], [0xb9, 0xa3, 0])
  assert.deepEqual([...inflateSync(Buffer.from('eNrbuRgAAhcBXQ', 'base64url'))], [0xb9, 0xa3])
})

test('revoked sessions, and no others, survive compression and decompression', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(131_071), { maxLength: 200 }), fc.nat(131_071), (ended, other) => {
      const bits = expandStatusBits(compressStatusBits(statusBits(ended)))
      for (const idx of ended) assert.ok(isRevoked(bits, idx))
      assert.equal(countRevoked(bits), ended.length)
      assert.equal(isRevoked(bits, other), ended.includes(other))
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('an index outside the list counts as revoked', () => {
  const bits = statusBits([])
  assert.equal(isRevoked(bits, 131_071), false)
  assert.equal(isRevoked(bits, 131_072), true)
})

test('a stream that expands to another size is refused', () => {
  assert.throws(() => expandStatusBits(deflateSync(Buffer.alloc(10_000_000)).toString('base64url')))
  assert.throws(() => expandStatusBits(deflateSync(Buffer.alloc(10)).toString('base64url')))
})

test('numbers continue from list to list', () => {
  assert.deepEqual(statusReference('http://b', 0n), { idx: 0, uri: 'http://b/status-lists/0' })
  assert.deepEqual(statusReference('http://b', 131_071n), { idx: 131_071, uri: 'http://b/status-lists/0' })
  assert.deepEqual(statusReference('http://b', 131_072n), { idx: 0, uri: 'http://b/status-lists/1' })
})
