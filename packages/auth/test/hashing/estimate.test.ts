import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import type { Hasher } from '../../src/hashing/hasher.js'
import { createEstimator, inProcessHasher } from '../../src/hashing/in-process.js'
import { processHasher } from '../../src/hashing/separate-process.js'
import { createPasswords } from '../../src/issuer.js'
import { AuthError } from '../../src/verifier.js'

/** Slow to estimate: many readings of each character, and many repetitions. */
const SLOW = 'p@$$w0rd'.repeat(16)

let hasher: Hasher
afterEach(() => hasher?.close())

for (const [where, create] of [
  ['in this process', inProcessHasher],
  ['in a process of its own', () => processHasher({ threads: 1 })],
] as const) {
  test(`${where}: passwords are hashed, compared and estimated`, async () => {
    hasher = create()
    const parameters = { memoryCost: 1024, timeCost: 2, parallelism: 1 }
    const { hash = '' } = await hasher.run({ password: 'correct horse battery', parameters })
    assert.match(hash, /^\$argon2id\$v=19\$m=1024,t=2,p=1\$/)
    const compared = await hasher.run({ password: 'correct horse battery', parameters, hash })
    assert.deepEqual(compared, { matches: true, needsRehash: false })
    const guessable = await Promise.all(
      ['passwordpassword', 'correct-horse-battery-staple', 'lovelacelovelace'].map((password) =>
        hasher.run({ password, personal: ['lovelace'] }),
      ),
    )
    assert.deepEqual(
      guessable.map(({ isGuessable }) => isGuessable),
      [true, false, true],
    )
  })

  test(`${where}: the event loop is not blocked while a password is estimated`, async () => {
    hasher = create()
    await hasher.run({ password: 'whatever', personal: [] })
    let turns = 0
    let estimating = true
    const count = () => {
      turns += 1
      if (estimating) setImmediate(count)
    }
    setImmediate(count)
    const estimate = hasher.run({ password: SLOW.slice(0, 40), personal: [] })
    // On the event loop it would finish before the next turn.
    assert.equal((await estimate).isGuessable, true)
    estimating = false
    assert.ok(turns > 1, `${turns} turns`)
  })
}

test('an estimate waits in the queue like a hash, and is refused when it is full', async (t) => {
  const passwords = await createPasswords({ concurrency: 1, queueLength: 1 })
  t.after(() => passwords.close())
  const jobs = [passwords.hash('x'), passwords.problem(SLOW), passwords.problem(SLOW)]
  assert.deepEqual(passwords.load(), { running: 1, waiting: 1, refused: 1 })
  // A password of the wrong length needs no turn.
  assert.match((await passwords.problem('short')) ?? '', /at least 15/)
  assert.match((await passwords.problem('x'.repeat(1_000_000))) ?? '', /at most 128/)
  const [, estimated, refused] = await Promise.allSettled(jobs)
  assert.match(String(estimated?.status === 'fulfilled' && estimated.value), /easy to guess/)
  assert.ok(refused?.status === 'rejected' && refused.reason instanceof AuthError)
})

test('only a bounded part of the input reaches the estimator', async (t) => {
  const asked: unknown[] = []
  const inner = inProcessHasher()
  const passwords = await createPasswords({
    concurrency: 1,
    queueLength: 1,
    hasher: {
      ...inner,
      run: (job) => {
        asked.push(job)
        return inner.run(job)
      },
    },
  })
  t.after(() => passwords.close())
  await passwords.problem('🔑'.repeat(100), ['n'.repeat(10_000), ...Array(50).fill('word')])
  assert.deepEqual(asked[1], { password: '🔑'.repeat(40), personal: ['n'.repeat(40), ...Array(7).fill('word')] })
})

test('an exited thread is started again', async (t) => {
  const estimator = createEstimator()
  t.after(() => estimator.close())
  const lost = estimator.isGuessable({ password: 'passwordpassword', personal: [] })
  await Promise.all([
    assert.rejects(lost, (error) => error instanceof AuthError && error.code === 'unavailable'),
    estimator.close(),
  ])
  assert.equal(await estimator.isGuessable({ password: 'passwordpassword', personal: [] }), true)
})
