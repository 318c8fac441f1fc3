import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigError } from '@signet/service'
import { bankKeys, readBankConfig } from '../src/config.js'

const folder = mkdtempSync(join(tmpdir(), 'signet-config-'))
after(() => rmSync(folder, { recursive: true }))

const PAIR = {
  kid: 'pair',
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
}
const pairFile = join(folder, 'keys.json')
writeFileSync(pairFile, JSON.stringify({ keys: [PAIR] }))
const otherFile = join(folder, 'other.json')
writeFileSync(otherFile, 'hunter2')

const GOOD = {
  DATABASE_URL: 'postgresql://bank@127.0.0.1/bank',
  SESSION_STORE_URL: 'redis://127.0.0.1:6379',
  REFRESH_TOKEN_SECRET: 'r1:a-refresh-secret-of-at-least-32-bytes',
  JWT_SECRET: 'k1:a-shared-secret-of-at-least-32-bytes!',
}
const { JWT_SECRET: _, ...WITHOUT } = GOOD

test('the key pair signs where there is one, and the secret beside it still verifies', () => {
  const keys = bankKeys(readBankConfig({ ...GOOD, JWT_PRIVATE_KEYS_FILE: pairFile }))
  assert.deepEqual([keys.first.kid, keys.all.map(({ kid }) => kid)], ['pair', ['pair', 'k1']])
  assert.equal(bankKeys(readBankConfig(GOOD)).first.kid, 'k1')
  assert.equal(bankKeys(readBankConfig({ ...WITHOUT, JWT_PRIVATE_KEYS_FILE: pairFile })).all.length, 1)
})

test('the numbers have their documented defaults, and are read by the names of the contract', () => {
  const numbers = ({ LOGIN_CONCURRENCY, LOGIN_QUEUE, LOGIN_RATE_LIMIT }: ReturnType<typeof readBankConfig>) => [
    LOGIN_CONCURRENCY,
    LOGIN_QUEUE,
    LOGIN_RATE_LIMIT,
  ]
  assert.deepEqual(numbers(readBankConfig(GOOD)), [availableParallelism(), 64, 10])
  const given = { LOGIN_CONCURRENCY: '3', LOGIN_QUEUE: '0', LOGIN_RATE_LIMIT: '7' }
  assert.deepEqual(numbers(readBankConfig({ ...GOOD, ...given })), [3, 0, 7])
})

const BAD: ReadonlyArray<readonly [why: string, environment: Record<string, string>, line: RegExp]> = [
  ['no key at all: a secret is never invented', WITHOUT, /^JWT_SECRET must be set .*32 bytes/],
  [
    'a file of a secret that is not there: one mistake, one line',
    { ...WITHOUT, JWT_SECRET_FILE: join(folder, 'none') },
    /^JWT_SECRET_FILE must be the path .*ENOENT/,
  ],
  ['a file of a secret that is too short', { ...WITHOUT, JWT_SECRET_FILE: otherFile }, /^JWT_SECRET_FILE must be .*32/],
  [
    'a refresh secret of one character',
    { ...GOOD, REFRESH_TOKEN_SECRET: `r1:${'a'.repeat(43)}` },
    /^REFRESH_TOKEN_SECRET must be .*random/,
  ],
  [
    'a short refresh secret',
    { ...GOOD, REFRESH_TOKEN_SECRET: 'r1:hunter2' },
    /^REFRESH_TOKEN_SECRET must be .*32 bytes/,
  ],
  ['no refresh secret', { ...GOOD, REFRESH_TOKEN_SECRET: '' }, /^REFRESH_TOKEN_SECRET must be .*32 bytes/],
  [
    'a refresh secret that retirement holds too',
    { ...GOOD, REFRESH_TOKEN_SECRET: GOOD.JWT_SECRET },
    /^REFRESH_TOKEN_SECRET must not be a secret of JWT_SECRET/,
  ],
  [
    'a file of keys that is not there',
    { ...GOOD, JWT_PRIVATE_KEYS_FILE: join(folder, 'none') },
    /^JWT_PRIVATE_KEYS_FILE must be the path .*cannot be read/,
  ],
  [
    'a file that holds no keys',
    { ...GOOD, JWT_PRIVATE_KEYS_FILE: otherFile },
    /^JWT_PRIVATE_KEYS_FILE must be .*not JSON/,
  ],
  ['a store that is none', { ...GOOD, SESSION_STORE_URL: 'http://hunter2' }, /^SESSION_STORE_URL must be redis:/],
  ['a limit that is no number', { ...GOOD, LOGIN_RATE_LIMIT: 'ten' }, /^LOGIN_RATE_LIMIT must be a whole number/],
  ['half a hash', { ...GOOD, LOGIN_CONCURRENCY: '1.5' }, /^LOGIN_CONCURRENCY must be a whole number/],
  ['a queue of less than nobody', { ...GOOD, LOGIN_QUEUE: '-1' }, /^LOGIN_QUEUE must be a whole number from 0/],
  ['no hashing at all', { ...GOOD, LOGIN_CONCURRENCY: '0' }, /^LOGIN_CONCURRENCY must be a whole number from 1/],
]
for (const [why, environment, line] of BAD) {
  test(`stops the start with one line: ${why}`, () => {
    assert.throws(
      () => readBankConfig(environment),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.equal(error.lines.length, 1)
        assert.match(error.lines[0] ?? '', line)
        assert.doesNotMatch(error.message, /hunter2|a-shared-secret|a-refresh-secret/)
        return true
      },
    )
  })
}
