import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { statusBits } from '../../src/revocation/status-list.js'
import { followStatusLists, type StatusListVersion } from '../../src/verifier.js'
import { BANK } from '../support.js'
import { claims, codeOf, nextSecond, settle } from './steps.js'

describe('following status lists whose requests the issuer holds', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 }))
  afterEach(() => mock.timers.reset())

  test('the issuer holds one request for each list, and a change arrives with its response', async () => {
    const { held, lists: followed } = followHeld()
    await followed.assertNotRevoked(claims(1))
    await followed.assertNotRevoked(claims(1, '1'))
    await settle()
    assert.deepEqual(
      held.map(({ id, seconds }) => [id, seconds]),
      [
        ['0', 20],
        ['1', 20],
      ],
    )
    held.shift()?.respond({ bits: statusBits([1]), etag: 'second', changedAtMs: Date.now() })
    await settle()
    assert.throws(() => followed.assertNotRevoked(claims(1)), codeOf('token_revoked'))
    assert.equal(held.length, 2, 'the next request is sent at once')
    followed.close()
    assert.ok(held.every(({ signal }) => signal.aborted))
  })

  test('at rest there are at most four requests a minute', async () => {
    const { held, lists: followed } = followHeld()
    await followed.assertNotRevoked(claims(1))
    await settle()
    let requests = 0
    for (let second = 0; second < 60; second += 1) {
      await nextSecond()
      if (second % 20 !== 19) continue
      requests += 1
      held.shift()?.respond('unchanged')
      await settle()
    }
    assert.equal(held.length, 1)
    assert.equal(requests, 3)
    assert.equal(followed.ageSeconds(), 0)
    followed.close()
  })

  test('a request is not held so long that the list becomes too old', async () => {
    const { held, lists: followed } = followHeld(9)
    await followed.assertNotRevoked(claims(1))
    await settle()
    assert.deepEqual(
      held.map(({ seconds }) => seconds),
      [3],
    )
    followed.close()
  })
})

interface HeldRequest {
  readonly id: string
  readonly seconds: number
  readonly signal: AbortSignal
  respond(response: StatusListVersion | 'unchanged'): void
}

/** Follows lists of a source that holds each request until the test responds. */
function followHeld(maxAgeSeconds = 60) {
  const held: HeldRequest[] = []
  const lists = followStatusLists({
    issuer: BANK,
    maxAgeSeconds,
    source: {
      fetch: async (id, _etag, hold) => {
        if (!hold) return { bits: statusBits([]), etag: 'first', changedAtMs: 0 }
        return new Promise((resolve, reject) => {
          hold.signal.addEventListener('abort', () => reject(new Error('closed')))
          held.push({ id, ...hold, respond: resolve })
        })
      },
    },
  })
  return { held, lists }
}
