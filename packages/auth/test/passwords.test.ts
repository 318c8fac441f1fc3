import assert from 'node:assert/strict'
import { test } from 'node:test'
import argon2 from 'argon2'
import { createPasswords } from '../src/issuer.js'
import { AuthError } from '../src/verifier.js'

const passwords = await createPasswords({ concurrency: 2, queueLength: 1 })

test('hashes with argon2id, the chosen parameters and a new salt each time', async () => {
  const [one, two] = [await passwords.hash('correct horse battery'), await passwords.hash('correct horse battery')]
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.notEqual(one, two)
})

test('verifies the right password and no other', async () => {
  const hash = await passwords.hash('correct horse battery')
  assert.deepEqual(await passwords.verify(hash, 'correct horse battery'), { valid: true, needsRehash: false })
  assert.deepEqual(await passwords.verify(hash, 'correct horse batterz'), { valid: false, needsRehash: false })
})

test('Unicode variants of a password are equal', async () => {
  const hash = await passwords.hash('caf\u00e9 au lait, please')
  assert.equal((await passwords.verify(hash, 'cafe\u0301 au lait, please')).valid, true)
})

test('an unknown user costs a hash and is never valid', async () => {
  assert.deepEqual(await passwords.verify(null, 'whatever'), { valid: false, needsRehash: false })
})

test('a hash with other parameters needs a rehash', async () => {
  const old = await argon2.hash('correct horse battery', {
    type: argon2.argon2id,
    memoryCost: 8192,
    timeCost: 1,
    parallelism: 1,
  })
  assert.deepEqual(await passwords.verify(old, 'correct horse battery'), { valid: true, needsRehash: true })
})

test('a login beyond the queue is refused at once, and earlier ones complete', async () => {
  const tries = Array.from({ length: 5 }, () => passwords.verify(null, 'whatever'))
  assert.deepEqual(passwords.load(), { running: 2, waiting: 1, refused: 2 })
  const results = await Promise.allSettled(tries)
  const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason)
  assert.equal(refused.length, 2)
  for (const error of refused) {
    assert.ok(error instanceof AuthError)
    assert.deepEqual([error.statusCode, error.code, error.headers['retry-after']], [503, 'unavailable', '1'])
  }
})

const TAKEN = [
  'correct-horse-battery-staple',
  'a perfectly fine passphrase',
  'ünïcödé wörds gö länger',
  'analytical-engine',
  'nanosecond-wire',
]
for (const password of TAKEN) {
  test(`accepts ${password}`, async () => assert.equal(await passwords.problem(password), undefined))
}

const REFUSED: ReadonlyArray<readonly [password: string, sentence: RegExp]> = [
  ['', /at least 15/],
  ['fourteen-chars', /at least 15/],
  ['x'.repeat(129), /at most 128/],
  ['passwordpassword', /easy to guess/],
  ['123456789012345', /easy to guess/],
  ['aaaaaaaaaaaaaaaaaaaa', /easy to guess/],
  ['qwertyuiopasdfgh', /easy to guess/],
  ['p4$$w0rdp4$$w0rd', /easy to guess/],
]
for (const [password, sentence] of REFUSED) {
  test(`refuses ${password.slice(0, 20) || 'nothing'}`, async () =>
    assert.match((await passwords.problem(password)) ?? '', sentence))
}

test('refuses the user’s own name, also repeated', async () => {
  assert.match((await passwords.problem('lovelacelovelace', ['lovelace'])) ?? '', /easy to guess/)
})
