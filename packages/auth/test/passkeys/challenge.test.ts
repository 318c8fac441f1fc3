import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type ChallengeStore,
  createChallenge,
  type PasskeyChallenge,
  type PasskeyPurpose,
  takeChallenge,
} from '../../src/passkeys/challenge.js'

function memoryStore(): ChallengeStore & { readonly saved: Map<string, PasskeyChallenge> } {
  const saved = new Map<string, PasskeyChallenge>()
  return {
    saved,
    save: async (challenge) => {
      saved.set(challenge.challenge, challenge)
    },
    take: async (challenge) => {
      const found = saved.get(challenge) ?? null
      saved.delete(challenge)
      return found
    },
  }
}

const NOW = new Date('2026-11-29T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const USER = 'ada'
const BROWSER = 'browser-1'
interface Wanted {
  readonly purposes: readonly PasskeyPurpose[]
  readonly userId: string | null
}
const signIn: Wanted = { purposes: ['sign-in'], userId: null }
const refused = { code: 'passkey_invalid', statusCode: 401 }

describe('a challenge', () => {
  test('has 256 random bits, and the store has only a hash of the browser’s id', async () => {
    const store = memoryStore()
    const made = await createChallenge(store, { purpose: 'sign-in', userId: null }, BROWSER, NOW)
    assert.equal(Buffer.from(made, 'base64url').length, 32)
    assert.notEqual(made, await createChallenge(store, { purpose: 'sign-in', userId: null }, BROWSER, NOW))
    assert.doesNotMatch(JSON.stringify([...store.saved.values()]), new RegExp(BROWSER))
  })

  test('is taken once', async () => {
    const store = memoryStore()
    const made = await createChallenge(store, { purpose: 'sign-in', userId: null }, BROWSER, NOW)
    assert.equal((await takeChallenge(store, made, signIn, [BROWSER], NOW)).challenge, made)
    await assert.rejects(takeChallenge(store, made, signIn, [BROWSER], NOW), refused)
  })

  test('expires after five minutes, to the second', async () => {
    const store = memoryStore()
    for (const [seconds, isValid] of [
      [299, true],
      [300, false],
    ] as const) {
      const made = await createChallenge(store, { purpose: 'sign-in', userId: null }, BROWSER, NOW)
      const taking = takeChallenge(store, made, signIn, [BROWSER], later(seconds))
      if (isValid) await taking
      else await assert.rejects(taking, refused)
    }
  })

  test('is of one browser, user and purpose, and a wrong attempt uses it up', async () => {
    const store = memoryStore()
    const wrong: ReadonlyArray<readonly [wanted: Wanted, browserIds: string[]]> = [
      [signIn, ['browser-2']],
      [signIn, []],
      [{ purposes: ['sign-in'], userId: USER }, [BROWSER]],
      [{ purposes: ['register', 'confirm', 'reauthenticate'], userId: null }, [BROWSER]],
    ]
    for (const [wanted, browsers] of wrong) {
      const made = await createChallenge(store, { purpose: 'sign-in', userId: null }, BROWSER, NOW)
      await assert.rejects(takeChallenge(store, made, wanted, browsers, NOW), refused)
      await assert.rejects(takeChallenge(store, made, signIn, [BROWSER], NOW), refused)
    }
  })

  test('of another format never reaches the store', async () => {
    const never: ChallengeStore = {
      save: () => assert.fail('saved'),
      take: () => assert.fail('taken'),
    }
    const valid = Buffer.alloc(32).toString('base64url')
    for (const text of ['', '\0', '\0'.repeat(43), 'A'.repeat(44), `${'A'.repeat(42)}B`, `${valid}=`, ` ${valid}`]) {
      await assert.rejects(takeChallenge(never, text, signIn, [BROWSER], NOW), refused)
    }
  })

  test('accepts one of several cookies of the browser', async () => {
    const store = memoryStore()
    const made = await createChallenge(store, { purpose: 'sign-in', userId: null }, BROWSER, NOW)
    await takeChallenge(store, made, signIn, ['planted', BROWSER], NOW)
  })

  test('ends with what it commits to', async () => {
    const store = memoryStore()
    const commitment = Buffer.alloc(32, 7).toString('base64url')
    const binding = { purpose: 'confirm' as const, userId: USER, commitment }
    const made = await createChallenge(store, binding, BROWSER, NOW)
    assert.equal(Buffer.from(made, 'base64url').subarray(32).toString('base64url'), commitment)
    const taken = await takeChallenge(store, made, { purposes: ['confirm'], userId: USER }, [BROWSER], NOW)
    assert.equal(taken.commitment, commitment)
  })
})
