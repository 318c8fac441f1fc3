import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { statusBits } from '../../src/revocation/status-list.js'
import {
  AuthError,
  followStatusLists,
  type StatusListSource,
  type StatusLists,
  type StatusListVersion,
} from '../../src/verifier.js'
import { BANK } from '../support.js'
import { claims, codeOf, nextSecond, settle } from './steps.js'

describe('following the status lists', () => {
  let ended: number[] = []
  let down = false
  let given = true
  let fetches = 0
  let lists: StatusLists
  const delays: number[] = []
  const source: StatusListSource = {
    fetch: async (_id, etag, hold) => {
      if (!hold) fetches += 1
      if (down) throw new Error('down')
      if (!given) return null
      const version: StatusListVersion = {
        bits: statusBits(ended),
        etag: String(ended),
        changedAtMs: ended.length > 0 ? Date.now() - 300 : 0,
      }
      return version.etag === etag ? 'unchanged' : version
    },
  }
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 })
    ended = []
    down = false
    given = true
    fetches = 0
    delays.length = 0
    lists = followStatusLists({ issuer: BANK, source, maxAgeSeconds: 60, onDelay: (seconds) => delays.push(seconds) })
  })
  afterEach(() => {
    lists.close()
    mock.timers.reset()
  })

  test('concurrent requests fetch a list once, and later ones need no fetch', async () => {
    await Promise.all(Array.from({ length: 20 }, () => lists.assertNotRevoked(claims(1))))
    assert.equal(fetches, 1)
    assert.equal(lists.assertNotRevoked(claims(2)), undefined)
    assert.equal(fetches, 1)
  })

  test('a sign-out arrives with the next poll, and its delay is measured', async () => {
    await lists.assertNotRevoked(claims(1))
    ended = [1]
    assert.equal(lists.assertNotRevoked(claims(1)), undefined)
    await nextSecond()
    assert.throws(() => lists.assertNotRevoked(claims(1)), codeOf('token_revoked'))
    assert.equal(lists.assertNotRevoked(claims(2)), undefined)
    assert.deepEqual(delays, [0.3])
  })

  test('a session revoked by this process is refused at once, also when a list without it arrives later', async () => {
    await lists.assertNotRevoked(claims(1))
    lists.markRevoked(claims(1))
    assert.throws(() => lists.assertNotRevoked(claims(1)), codeOf('token_revoked'))
    assert.equal(lists.assertNotRevoked(claims(2)), undefined)
    await nextSecond(2)
    assert.throws(() => lists.assertNotRevoked(claims(1)), codeOf('token_revoked'))
    lists.markRevoked(claims(1, '7'))
    assert.throws(() => lists.assertNotRevoked(claims(1, '7')), codeOf('token_revoked'))
  })

  test('the number of concurrent requests is bounded for any number of lists', async () => {
    const waiting: (() => void)[] = []
    let most = 0
    const version = { bits: statusBits([]), etag: 'first', changedAtMs: 0 }
    let slow = false
    const followed = followStatusLists({
      issuer: BANK,
      maxAgeSeconds: 60,
      source: {
        fetch: async (_id, etag, hold) => {
          if (!slow || hold) return version
          await new Promise<void>((resolve) => waiting.push(resolve))
          return etag === version.etag ? 'unchanged' : version
        },
      },
    })
    for (let list = 0; list < 300; list += 1) await followed.assertNotRevoked(claims(1, String(list)))
    await nextSecond()
    slow = true
    await nextSecond()
    let asked = 0
    while (asked < 300) {
      most = Math.max(most, waiting.length)
      asked += waiting.length
      for (const answer of waiting.splice(0)) answer()
      await settle()
    }
    assert.equal(asked, 300)
    assert.equal(most, 64)
    followed.close()
  })

  test('during an outage the list stays valid until it is too old, then the status is unavailable', async () => {
    await lists.assertNotRevoked(claims(1))
    down = true
    await nextSecond(60)
    assert.equal(lists.assertNotRevoked(claims(1)), undefined)
    assert.equal(lists.ageSeconds(), 60)
    await nextSecond()
    assert.throws(() => lists.assertNotRevoked(claims(1)), codeOf('unavailable'))
    down = false
    await nextSecond()
    assert.equal(lists.assertNotRevoked(claims(1)), undefined)
  })

  test('a token is not accepted while its list has never been fetched', async () => {
    down = true
    await assert.rejects(async () => lists.assertNotRevoked(claims(1)), codeOf('unavailable'))
  })

  test('the sessions of a dropped list count as revoked', async () => {
    given = false
    await assert.rejects(async () => lists.assertNotRevoked(claims(1, '9')), codeOf('token_revoked'))
  })

  test('a list that no token names is dropped', async () => {
    await lists.assertNotRevoked(claims(1))
    assert.equal(lists.count(), 1)
    mock.timers.tick(3_601_000)
    await nextSecond()
    assert.equal(lists.count(), 0)
  })

  describe('watching a session', () => {
    const reasons: string[] = []
    const watch = (idx: number, by = lists) =>
      by.onRevoked(claims(idx), (reason) => reasons.push(reason instanceof AuthError ? reason.code : String(reason)))
    beforeEach(async () => {
      reasons.length = 0
      await lists.assertNotRevoked(claims(1))
    })

    test('calls back once it is revoked, and for no other session', async () => {
      watch(1)
      watch(2)
      ended = [1]
      await nextSecond(3)
      assert.deepEqual(reasons, ['token_revoked'])
    })

    test('calls back at once in the process that revoked it', () => {
      watch(1)
      lists.markRevoked(claims(1))
      assert.deepEqual(reasons, ['token_revoked'])
    })

    test('calls back for a session that is revoked already', () => {
      lists.markRevoked(claims(1))
      watch(1)
      assert.deepEqual(reasons, ['token_revoked'])
    })

    test('calls back when the list is dropped, and when it is too old to know', async () => {
      watch(1)
      down = true
      await nextSecond(61)
      assert.deepEqual(reasons, ['unavailable'])
      down = false
      await nextSecond()
      watch(1)
      given = false
      await nextSecond()
      assert.deepEqual(reasons, ['unavailable', 'token_revoked'])
    })

    test('stops, also before the list is there', async () => {
      watch(1)()
      const before = followStatusLists({ issuer: BANK, source, maxAgeSeconds: 60 })
      watch(1, before)()
      ended = [1]
      await nextSecond(2)
      assert.deepEqual(reasons, [])
      before.close()
    })

    test('keeps a list that no token names any more', async () => {
      watch(1)
      mock.timers.tick(3_601_000)
      await nextSecond()
      assert.equal(lists.count(), 1)
    })
  })
})
