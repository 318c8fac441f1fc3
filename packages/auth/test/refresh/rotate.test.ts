import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  deriveRefreshToken,
  RefreshReuseError,
  type RenewableSession,
  type RenewalStore,
  readRefreshToken,
  rotate,
} from '../../src/issuer.js'
import { AuthError, parseSecrets } from '../../src/verifier.js'

const SID = 'c1a551c0-0000-4000-8000-000000000001'
const KEYS = parseSecrets('new:a-new-secret-for-tests-of-32-bytes,old:an-old-secret-for-tests-of-32-bytes')
const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000)
const IDLE = 3_600

/** Keeps one sign-in, with the atomicity that one SQL statement has. */
function memoryStore(session: RenewableSession): RenewalStore<RenewableSession> & { session: RenewableSession } {
  const store = {
    session,
    find: async (sid: string) => (sid === SID ? store.session : null),
    advance: async (_sid: string, generation: number, now: Date, seenAfter: Date) => {
      const { endedAt, expiresAt, lastSeenAt } = store.session
      if (store.session.generation !== generation || endedAt || expiresAt <= now || lastSeenAt <= seenAfter) return null
      store.session = { ...store.session, generation: generation + 1, rotatedAt: now, lastSeenAt: now }
      return store.session
    },
    end: async () => {
      store.session = { ...store.session, endedAt: at(0) }
    },
  }
  return store
}

const fresh = (generation = 0): RenewableSession => ({
  sid: SID,
  generation,
  rotatedAt: at(0),
  lastSeenAt: at(0),
  expiresAt: at(43_200),
  endedAt: null,
})

const codeOf = (code: string) => (error: unknown) => error instanceof AuthError && error.code === code

describe('what a refresh token gets', () => {
  const ask = (store: RenewalStore<RenewableSession>, generation: number, seconds: number) =>
    rotate(store, { sid: SID, generation }, { now: at(seconds), idleTtlSeconds: IDLE }).then(
      (rotation) => rotation.generation,
    )

  test('the current one is rotated', async () => {
    const store = memoryStore(fresh())
    assert.equal(await ask(store, 0, 1), 1)
    assert.equal(store.session.generation, 1)
  })

  test('whoever is first is told so, and so is whoever gets the same again', async () => {
    const store = memoryStore(fresh())
    const again = () => rotate(store, { sid: SID, generation: 0 }, { now: at(1), idleTtlSeconds: IDLE })
    assert.deepEqual([(await again()).replayed, (await again()).replayed], [false, true])
  })

  test('a hundred at once with one token all get the same successor', async () => {
    const store = memoryStore(fresh(4))
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(store, 4, 1)))
    assert.deepEqual(new Set(answers), new Set([5]))
    assert.equal(store.session.generation, 5)
  })

  test('the one just superseded gets the same successor, however long the answer was lost', async () => {
    const store = memoryStore(fresh())
    await ask(store, 0, 1)
    assert.equal(await ask(store, 0, 3_500), 1)
    assert.equal(store.session.generation, 1)
  })

  test('and still does in the ten seconds after that successor was used, and not later', async () => {
    const store = memoryStore(fresh())
    await ask(store, 0, 1)
    await ask(store, 1, 100)
    assert.equal(await ask(store, 0, 110), 1)
    await assert.rejects(ask(store, 0, 111), codeOf('token_revoked'))
    assert.ok(store.session.endedAt, 'the sign-in has ended')
  })

  test('an older one ends the sign-in at once', async () => {
    const store = memoryStore(fresh(5))
    await assert.rejects(
      ask(store, 2, 1),
      (error: unknown) => error instanceof RefreshReuseError && error.sid === SID && error.code === 'token_revoked',
    )
    assert.ok(store.session.endedAt)
    await assert.rejects(ask(store, 5, 2), codeOf('token_revoked'))
  })

  test('one that was never handed out is refused and ends nothing', async () => {
    const store = memoryStore(fresh())
    await assert.rejects(ask(store, 3, 1), codeOf('token_revoked'))
    assert.equal(store.session.endedAt, null)
  })

  test('a sign-in that was not used for the idle time is over', async () => {
    const store = memoryStore(fresh())
    await assert.rejects(ask(store, 0, IDLE), codeOf('token_expired'))
  })

  test('renewing again and again does not pass the absolute end', async () => {
    const store = memoryStore(fresh())
    for (let generation = 0, seconds = 3_000; seconds < 43_200; generation += 1, seconds += 3_000) {
      assert.equal(await ask(store, generation, seconds), generation + 1)
    }
    await assert.rejects(ask(store, store.session.generation, 43_200), codeOf('token_expired'))
  })

  test('a sign-in that was ended is not renewed, nor one that nobody knows', async () => {
    await assert.rejects(ask(memoryStore({ ...fresh(), endedAt: at(0) }), 0, 1), codeOf('token_revoked'))
    const unknown = { ...memoryStore(fresh()), find: async () => null, advance: async () => null }
    await assert.rejects(ask(unknown, 0, 1), codeOf('token_revoked'))
  })
})

describe('the spelling of a refresh token', () => {
  const token = deriveRefreshToken(KEYS, { sid: SID, generation: 7 })

  test('says sign-in and generation, and is the same every time', () => {
    assert.deepEqual(readRefreshToken(KEYS, token), { sid: SID, generation: 7 })
    assert.equal(deriveRefreshToken(KEYS, { sid: SID, generation: 7 }), token)
  })

  test('the older key of the ring still reads what it made', () => {
    const old = parseSecrets('old:an-old-secret-for-tests-of-32-bytes')
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
