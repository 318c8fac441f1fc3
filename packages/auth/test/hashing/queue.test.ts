import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPasswords, processHasher } from '../../src/issuer.js'
import { hashingPid, procfs } from './process.js'

test(
  'as many passwords again as are hashed at once are sent ahead, and the others are safe with the queue',
  procfs,
  async (t) => {
    const passwords = await createPasswords({
      concurrency: 2,
      queueLength: 5,
      hasher: processHasher({ threads: 2 }),
    })
    t.after(() => passwords.close())
    const hashes = Array.from({ length: 7 }, () => passwords.hash('correct horse battery'))
    assert.deepEqual(passwords.load(), { running: 2, waiting: 5, refused: 0 })
    // Jobs that the process already has fail with it. The next job starts another process.
    process.kill(hashingPid(), 'SIGKILL')
    const outcomes = await Promise.allSettled(hashes)
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      [...Array(4).fill('rejected'), ...Array(3).fill('fulfilled')],
    )
  },
)

test('an aborted job frees its place and costs no hash', async (t) => {
  const passwords = await createPasswords({ concurrency: 1, queueLength: 3, hasher: processHasher({ threads: 1 }) })
  t.after(() => passwords.close())
  const leaving = new AbortController()
  const { signal } = leaving
  // One job runs and one is sent ahead: they cannot be withdrawn.
  const begun = [passwords.hash('correct horse battery'), passwords.hash('correct horse battery', { signal })]
  const waiting = [passwords.hash('correct horse battery', { signal }), passwords.verify(null, 'whatever', { signal })]
  assert.deepEqual(passwords.load(), { running: 1, waiting: 3, refused: 0 })
  await assert.rejects(passwords.hash('correct horse battery'), {
    code: 'unavailable',
    detail: 'password queue is full',
  })
  const outcomes = Promise.allSettled([...begun, ...waiting])
  const reason = new Error('gone')
  leaving.abort(reason)
  assert.deepEqual(passwords.load(), { running: 1, waiting: 1, refused: 1 })
  const instead = passwords.verify(await passwords.hash('correct horse battery'), 'correct horse battery')
  assert.deepEqual(
    (await outcomes).map((outcome) => (outcome.status === 'fulfilled' ? 'done' : outcome.reason)),
    ['done', 'done', reason, reason],
  )
  assert.equal((await instead).valid, true)
  await assert.rejects(passwords.hash('correct horse battery', { signal }), reason)
  assert.deepEqual(passwords.load(), { running: 0, waiting: 0, refused: 1 })
})

test('aborted jobs do not accumulate', async (t) => {
  const passwords = await createPasswords({ concurrency: 1, queueLength: 3, hasher: processHasher({ threads: 1 }) })
  t.after(() => passwords.close())
  const comeAndGo = () => {
    const leaving = new AbortController()
    const going = passwords.verify(null, 'whatever', { signal: leaving.signal })
    leaving.abort(new Error('gone'))
    return going
  }
  const begun = [passwords.hash('correct horse battery'), passwords.hash('correct horse battery')]
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, comeAndGo))
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.message),
    Array(20).fill('gone'),
  )
  await Promise.all(begun)
  assert.equal((await passwords.verify(null, 'whatever')).valid, false)
  assert.deepEqual(passwords.load(), { running: 0, waiting: 0, refused: 0 })
})
