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
import { BANK, CLAIMS } from '../support.js'

const claims = (idx: number, list = '0') => ({
  ...CLAIMS,
  status: { status_list: { idx, uri: `${BANK}/status-lists/${list}` } },
})
const codeOf = (code: string) => (error: unknown) => error instanceof AuthError && error.code === code

describe('following the status lists', () => {
  let ended: number[] = []
  let down = false
  let given = true
  let fetches = 0
  let lists: StatusLists
  const delays: number[] = []
  const source: StatusListSource = {
    fetch: async (_id, etag) => {
      fetches += 1
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
  /** Lets the poll of the next second run to its end. */
  const nextSecond = async (seconds = 1) => {
    for (let passed = 0; passed < seconds; passed += 1) {
      mock.timers.tick(1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_800_000_000_000 })
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

  test('a list is fetched once for however many wait for it, and then costs no call', async () => {
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

  test('a session that was revoked here is refused at once, also while a list without it arrives', async () => {
    await lists.assertNotRevoked(claims(1))
    lists.markRevoked(claims(1))
    assert.throws(() => lists.assertNotRevoked(claims(1)), codeOf('token_revoked'))
    assert.equal(lists.assertNotRevoked(claims(2)), undefined)
    await nextSecond(2)
    assert.throws(() => lists.assertNotRevoked(claims(1)), codeOf('token_revoked'))
    lists.markRevoked(claims(1, '7'))
    assert.throws(() => lists.assertNotRevoked(claims(1, '7')), codeOf('token_revoked'))
  })

  test('however many lists are followed, few are asked for at once', async () => {
    const waiting: (() => void)[] = []
    let most = 0
    const version = { bits: statusBits([]), etag: 'first', changedAtMs: 0 }
    let slow = false
    const followed = followStatusLists({
      issuer: BANK,
      maxAgeSeconds: 60,
      source: {
        fetch: async (_id, etag) => {
          if (!slow) return version
          await new Promise<void>((resolve) => waiting.push(resolve))
          return etag === version.etag ? 'unchanged' : version
        },
      },
    })
    for (let list = 0; list < 300; list += 1) await followed.assertNotRevoked(claims(1, String(list)))
    slow = true
    mock.timers.tick(1_000)
    let asked = 0
    while (asked < 300) {
      most = Math.max(most, waiting.length)
      asked += waiting.length
      for (const answer of waiting.splice(0)) answer()
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(asked, 300)
    assert.equal(most, 64)
    followed.close()
  })

  test('an outage changes nothing until the list is too old, and then nobody is let in or thrown out', async () => {
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

  test('a list that was never fetched and cannot be is no reason to believe a token', async () => {
    down = true
    await assert.rejects(async () => lists.assertNotRevoked(claims(1)), codeOf('unavailable'))
  })

  test('a list that was given up holds only sign-ins that are over', async () => {
    given = false
    await assert.rejects(async () => lists.assertNotRevoked(claims(1, '9')), codeOf('token_revoked'))
  })

  test('a list that no token names any more is let go', async () => {
    await lists.assertNotRevoked(claims(1))
    assert.equal(lists.count(), 1)
    mock.timers.tick(3_601_000)
    await nextSecond()
    assert.equal(lists.count(), 0)
  })
})
