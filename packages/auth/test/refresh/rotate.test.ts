import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RefreshReuseError, type RenewableSession, type RenewalStore, rotate } from '../../src/refresh/rotate.js'
import { deriveRefreshToken, readRefreshToken } from '../../src/refresh/token.js'
import { AuthError, parseSecrets } from '../../src/verifier.js'

const SID = 'c1a551c0-0000-4000-8000-000000000001'
const KEYS = parseSecrets(`new:${'new-secret'.repeat(4)},old:${'old-secret'.repeat(4)}`)
const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000)
const IDLE = 3_600

/** A store of one session with its own clock, as atomic as a single SQL statement. */
function memoryStore(session: RenewableSession) {
  const store = {
    session,
    now: session.readAt,
    find: async (sid: string) => (sid === SID ? { ...store.session, readAt: store.now } : null),
    advance: async (_sid: string, generation: number, idleTtlSeconds: number) => {
      const { endedAt, expiresAt, lastSeenAt, rotatedAt } = store.session
      const isIdle = lastSeenAt.getTime() <= store.now.getTime() - idleTtlSeconds * 1000
      if (store.session.generation !== generation || endedAt || expiresAt <= store.now || isIdle) return null
      const times = { previouslyRotatedAt: rotatedAt, rotatedAt: store.now, lastSeenAt: store.now, readAt: store.now }
      store.session = { ...store.session, ...times, generation: generation + 1 }
      return store.session
    },
    end: async () => {
      store.session = { ...store.session, endedAt: store.now }
    },
  }
  return store satisfies RenewalStore<RenewableSession>
}

const fresh = (generation = 0): RenewableSession => ({
  sid: SID,
  generation,
  rotatedAt: at(0),
  previouslyRotatedAt: at(0),
  lastSeenAt: at(0),
  expiresAt: at(43_200),
  endedAt: null,
  readAt: at(0),
})

const codeOf = (code: string) => (error: unknown) => error instanceof AuthError && error.code === code
const isReuse = (error: unknown) =>
  error instanceof RefreshReuseError && error.sid === SID && error.code === 'token_revoked'

describe('rotation', () => {
  type Store = ReturnType<typeof memoryStore>
  /** Presents a generation's token at a time of the store's clock. Returns the issued generation. */
  const present = (store: Store, generation: number, seconds: number) => {
    store.now = at(seconds)
    return rotate(store, { sid: SID, generation }, { idleTtlSeconds: IDLE }).then((rotation) => rotation.generation)
  }

  test('the current token is rotated', async () => {
    const store = memoryStore(fresh())
    assert.equal(await present(store, 0, 1), 1)
    assert.equal(store.session.generation, 1)
  })

  test('the first request is distinguished from those that get the same successor', async () => {
    const store = memoryStore(fresh())
    const again = () => rotate(store, { sid: SID, generation: 0 }, { idleTtlSeconds: IDLE })
    assert.deepEqual([(await again()).replayed, (await again()).replayed], [false, true])
  })

  test('a hundred concurrent requests with one token get the same successor', async () => {
    const store = memoryStore(fresh(4))
    const answers = await Promise.all(Array.from({ length: 100 }, () => present(store, 4, 1)))
    assert.deepEqual(new Set(answers), new Set([5]))
    assert.equal(store.session.generation, 5)
  })

  test('the token superseded last gets the same successor for 60 s, then it revokes the session', async () => {
    const store = memoryStore(fresh())
    await present(store, 0, 1)
    for (const seconds of [1, 30, 61]) assert.equal(await present(store, 0, seconds), 1)
    assert.equal(store.session.generation, 1)
    await assert.rejects(present(store, 0, 61.001), isReuse)
    assert.ok(store.session.endedAt, 'revoked')
  })

  test('it does so for 10 s after its successor was used, then it revokes the session', async () => {
    const store = memoryStore(fresh())
    await present(store, 0, 1)
    await present(store, 1, 20)
    assert.equal(await present(store, 0, 30), 1)
    await assert.rejects(present(store, 0, 30.001), isReuse)
    assert.ok(store.session.endedAt, 'revoked')
  })

  test('the use of its successor does not extend the 60 s', async () => {
    for (const usedAt of [55, 300]) {
      const store = memoryStore(fresh())
      await present(store, 0, 1)
      await present(store, 1, usedAt)
      await assert.rejects(present(store, 0, Math.max(62, usedAt + 1)), isReuse)
    }
  })

  test('the user and an attacker who renew in turn revoke the session, in any order', async () => {
    const store = memoryStore(fresh())
    const held = { owner: 0, thief: 0 }
    const renewals = async () => {
      for (let seconds = 150; seconds < 43_200; seconds += 150) {
        const who = seconds % 300 === 0 ? 'owner' : 'thief'
        held[who] = await present(store, held[who], seconds)
      }
    }
    await assert.rejects(renewals(), isReuse)
    await assert.rejects(present(store, store.session.generation, 600), codeOf('token_revoked'))
  })

  test('an older token revokes the session at once', async () => {
    const store = memoryStore(fresh(5))
    await assert.rejects(present(store, 2, 1), isReuse)
    assert.ok(store.session.endedAt)
    await assert.rejects(present(store, 5, 2), codeOf('token_revoked'))
  })

  test('a token that was never issued is refused and revokes nothing', async () => {
    const store = memoryStore(fresh())
    await assert.rejects(present(store, 3, 1), codeOf('token_revoked'))
    assert.equal(store.session.endedAt, null)
  })

  test('a session that was not used for the idle time has expired', async () => {
    const store = memoryStore(fresh())
    await assert.rejects(present(store, 0, IDLE), codeOf('token_expired'))
  })

  test('renewals do not extend the absolute expiry', async () => {
    const store = memoryStore(fresh())
    for (let generation = 0, seconds = 3_000; seconds < 43_200; generation += 1, seconds += 3_000) {
      assert.equal(await present(store, generation, seconds), generation + 1)
    }
    await assert.rejects(present(store, store.session.generation, 43_200), codeOf('token_expired'))
  })

  test('a revoked or unknown session is not renewed', async () => {
    await assert.rejects(present(memoryStore({ ...fresh(), endedAt: at(0) }), 0, 1), codeOf('token_revoked'))
    const unknown = { ...memoryStore(fresh()), find: async () => null, advance: async () => null }
    await assert.rejects(present(unknown, 0, 1), codeOf('token_revoked'))
  })
})

describe('the format of a refresh token', () => {
  const token = deriveRefreshToken(KEYS, { sid: SID, generation: 7 })

  test('contains session and generation, and is deterministic', () => {
    assert.deepEqual(readRefreshToken(KEYS, token), { sid: SID, generation: 7 })
    assert.equal(deriveRefreshToken(KEYS, { sid: SID, generation: 7 }), token)
  })

  test('an older key of the ring still verifies its tokens', () => {
    const old = parseSecrets(`old:${'old-secret'.repeat(4)}`)
    assert.equal(readRefreshToken(KEYS, deriveRefreshToken(old, { sid: SID, generation: 1 })).generation, 1)
  })

  const [kid = '', sid = '', generation = '', mac = ''] = token.split(':')
  const otherLast = String.fromCharCode((mac.at(-1) ?? '').charCodeAt(0) + 1)
  const REFUSED: ReadonlyArray<readonly [why: string, token: string, code: string]> = [
    ['nothing', '', 'token_malformed'],
    ['a JWT', 'e30.e30.c2ln', 'token_malformed'],
    ['another generation under the same mac', `${kid}:${sid}:8:${mac}`, 'token_signature_invalid'],
    [
      'another sign-in under the same mac',
      `${kid}:${sid.replace('c1', 'c2')}:${generation}:${mac}`,
      'token_signature_invalid',
    ],
    ['another key’s name', `old:${sid}:${generation}:${mac}`, 'token_signature_invalid'],
    ['an unknown key', `x:${sid}:${generation}:${mac}`, 'token_signature_invalid'],
    ['a leading zero', `${kid}:${sid}:07:${mac}`, 'token_malformed'],
    ['a negative generation', `${kid}:${sid}:-1:${mac}`, 'token_malformed'],
    ['a mac cut short', token.slice(0, -1), 'token_malformed'],
    [
      'another last character',
      `${kid}:${sid}:${generation}:${mac.slice(0, -1)}${otherLast}`,
      'token_signature_invalid',
    ],
    ['a line break behind it', `${token}\n`, 'token_malformed'],
  ]
  for (const [why, refused, code] of REFUSED) {
    test(`is refused: ${why}`, () => assert.throws(() => readRefreshToken(KEYS, refused), codeOf(code)))
  }
})
