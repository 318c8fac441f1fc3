import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  type CommonConfig,
  ConfigError,
  checkCommon,
  commonSchema,
  cookieDomainOf,
  readConfig,
  SECRET_VARIABLES,
} from '../../src/index.js'

const SECRET = 'a-secret-for-tests-of-at-least-32-bytes'
const GOOD = {
  DATABASE_URL: 'postgresql://role:database-password@127.0.0.1:5432/bank',
  SESSION_STORE_URL: 'redis://127.0.0.1:6379',
  JWT_SECRET: `k1:${SECRET}`,
}

const folder = mkdtempSync(join(tmpdir(), 'signet-config-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const fileWith = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const read = (environment: Record<string, string | undefined>): CommonConfig =>
  readConfig<CommonConfig>(environment, commonSchema(3001), { secrets: SECRET_VARIABLES, check: checkCommon })

function refusal(environment: Record<string, string | undefined>): readonly string[] {
  try {
    read(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    assert.equal(error.message, error.lines.join('\n'))
    return error.lines
  }
  return []
}

describe('what an environment may hold', () => {
  test('two values are enough; everything else has its documented default', () => {
    const { JWT_SECRET, ...config } = read(GOOD)
    assert.deepEqual(
      { ...config },
      {
        HOST: '127.0.0.1',
        PORT: 3001,
        BANK_URL: 'http://bank.signet.localhost:3001',
        RETIREMENT_URL: 'http://retirement.signet.localhost:3002',
        BANK_INTERNAL_URL: 'http://127.0.0.1:3001',
        RETIREMENT_INTERNAL_URL: 'http://127.0.0.1:3002',
        COOKIE_DOMAIN: undefined,
        ACCESS_TOKEN_TTL: 300,
        SESSION_IDLE_TTL: 3600,
        SESSION_TTL: 43_200,
        REVOCATION_MAX_AGE: 60,
        DATABASE_URL: GOOD.DATABASE_URL,
        SESSION_STORE_URL: GOOD.SESSION_STORE_URL,
        TRUST_PROXY: [],
        DEMO: true,
        LOG_LEVEL: 'info',
        SIGNET_VERSION: '0.1.0',
        SIGNET_COMMIT: 'unknown',
      },
    )
    assert.deepEqual([JWT_SECRET?.first.kid, JWT_SECRET?.first.signingKey], ['k1', SECRET])
  })

  test('a secret may come from a file, without the line end that editors add', () => {
    const { JWT_SECRET: _, ...rest } = GOOD
    const config = read({ ...rest, JWT_SECRET_FILE: fileWith('good', `k2:${SECRET}\n`) })
    assert.deepEqual([config.JWT_SECRET?.first.kid, config.JWT_SECRET?.first.signingKey], ['k2', SECRET])
  })

  test('a list of secrets rotates: the first signs, all verify', () => {
    const config = read({ ...GOOD, JWT_SECRET: `new:${SECRET}-new,old:${SECRET}-old` })
    assert.equal(config.JWT_SECRET?.first.kid, 'new')
    assert.deepEqual(
      config.JWT_SECRET?.all.map(({ kid }) => kid),
      ['new', 'old'],
    )
  })

  const HTTPS = { BANK_URL: 'https://bank.example.com', RETIREMENT_URL: 'https://retirement.example.com' }
  const domains: ReadonlyArray<readonly [env: Record<string, string>, expected: string | undefined, why: string]> = [
    [{}, 'signet.localhost', 'the common parent of the public hosts'],
    [HTTPS, 'example.com', 'the common parent of other hosts'],
    [{ ...HTTPS, COOKIE_DOMAIN: 'example.com' }, 'example.com', 'named'],
    [{ COOKIE_DOMAIN: '' }, undefined, 'empty is host-only'],
    [
      { BANK_URL: 'http://127.0.0.1:3001', RETIREMENT_URL: 'http://127.0.0.1:3002', COOKIE_DOMAIN: '' },
      undefined,
      'IP',
    ],
  ]
  for (const [env, expected, why] of domains) {
    test(`the shared cookies go to ${expected ?? 'their own host alone'}: ${why}`, () => {
      assert.equal(cookieDomainOf(read({ ...GOOD, ...env })), expected)
    })
  }

  test('proxies are addresses and networks', () => {
    assert.deepEqual(read({ ...GOOD, TRUST_PROXY: '10.0.0.0/8, ::1,loopback' }).TRUST_PROXY, [
      '10.0.0.0/8',
      '::1',
      'loopback',
    ])
  })
})

/** The variable that is changed, to what, and the beginning of the only line that says so. */
const BAD: ReadonlyArray<readonly [name: string, value: string | undefined, line: RegExp, why: string]> = [
  ['HOST', 'my-laptop', /^HOST must be an IP address /, 'the name of the machine, as shells export it'],
  ['DATABASE_URL', undefined, /^DATABASE_URL is missing: /, 'nothing stands in for a missing database'],
  ['DATABASE_URL', '', /^DATABASE_URL /, 'empty is not set'],
  ['DATABASE_URL', 'mysql://role:hunter2@127.0.0.1/bank', /^DATABASE_URL must be /, 'another kind of database'],
  ['DATABASE_URL', 'postgresql://role:hunter2@127.0.0.1', /^DATABASE_URL must be /, 'no database named'],
  ['JWT_SECRET', 'hunter2', /^JWT_SECRET must be .*32 bytes/, 'short'],
  ['JWT_SECRET', `k1:${SECRET},k2:hunter2`, /^JWT_SECRET must be .*secret 2/, 'the second is short'],
  [
    'JWT_SECRET',
    `k1:${SECRET},k1:${SECRET}x`,
    /^JWT_SECRET must be .*has the kid of a later one/,
    'two keys of one name',
  ],
  ['JWT_SECRET', `k1:${'x'.repeat(31)}`, /^JWT_SECRET must be .*32 bytes/, 'one byte short'],
  ['PORT', '0', /^PORT must be a whole number from 1 to 65535/, 'no port'],
  ['PORT', '65536', /^PORT must be a whole number from 1 to 65535/, 'beyond the last'],
  ['PORT', '3001x', /^PORT must be a whole number/, 'not a number'],
  ['BANK_URL', 'http://bank.signet.localhost:3001/bank', /^BANK_URL must be an origin/, 'a path'],
  ['BANK_URL', 'http://bank.signet.localhost:3001?x=hunter2', /^BANK_URL must be an origin/, 'a query'],
  ['BANK_URL', 'http://u:hunter2@bank.signet.localhost', /^BANK_URL must be an origin/, 'user info'],
  ['BANK_URL', 'ftp://bank.signet.localhost', /^BANK_URL must be an origin/, 'not http'],
  ['BANK_URL', 'bank.signet.localhost', /^BANK_URL must be an origin/, 'no scheme'],
  [
    'RETIREMENT_URL',
    'https://retirement.signet.localhost',
    /^RETIREMENT_URL must have the scheme of BANK_URL/,
    'mixed',
  ],
  ['RETIREMENT_URL', 'http://bank.signet.localhost:3001', /^RETIREMENT_URL must differ from BANK_URL/, 'the same app'],
  ['COOKIE_DOMAIN', 'localhost', /^COOKIE_DOMAIN must not be localhost/, 'browsers refuse it'],
  ['COOKIE_DOMAIN', 'com', /^COOKIE_DOMAIN must not be a public suffix/, 'every .com would get the cookie'],
  ['COOKIE_DOMAIN', 'co.uk', /^COOKIE_DOMAIN must not be a public suffix/, 'a suffix of two labels'],
  ['COOKIE_DOMAIN', 'github.io', /^COOKIE_DOMAIN must not be a public suffix/, 'a private suffix'],
  ['COOKIE_DOMAIN', 'example.com', /^COOKIE_DOMAIN must be a parent domain of every public URL/, 'outside'],
  ['COOKIE_DOMAIN', 'bank.signet.localhost', /^COOKIE_DOMAIN must be a parent domain/, 'too narrow for both'],
  ['COOKIE_DOMAIN', '.signet.localhost', /^COOKIE_DOMAIN must be a lower-case host name/, 'a leading dot'],
  ['COOKIE_DOMAIN', 'signet.localhost; Path=/x', /^COOKIE_DOMAIN must be a lower-case host name/, 'an attribute'],
  ...['5m', '-1', '1.5', '0', '', ' 300 ', '1e3', '0x10', '99999999999', '86401'].map(
    (value) =>
      ['ACCESS_TOKEN_TTL', value, /^ACCESS_TOKEN_TTL (must be|is missing)/, 'not whole seconds in range'] as const,
  ),
  ['SESSION_TTL', '34560001', /^SESSION_TTL must be whole seconds/, 'browsers keep no cookie longer than 400 days'],
  [
    'SESSION_IDLE_TTL',
    '43201',
    /^SESSION_IDLE_TTL must not be longer than SESSION_TTL/,
    'idle for longer than it lives',
  ],
  ['TRUST_PROXY', 'the load balancer', /^TRUST_PROXY must be IP addresses/, 'words'],
  ['TRUST_PROXY', 'true', /^TRUST_PROXY must be IP addresses/, 'trusting everybody'],
  ['TRUST_PROXY', '10.0.0.0/8, nonsense', /^TRUST_PROXY must be IP addresses/, 'one of two'],
  ['TRUST_PROXY', '999.1.1.1', /^TRUST_PROXY must be IP addresses/, 'no such address'],
  ['TRUST_PROXY', '10.0.0.0/99', /^TRUST_PROXY must be IP addresses/, 'no such network'],
  ['TRUST_PROXY', 'abc', /^TRUST_PROXY must be IP addresses/, 'hexadecimal digits alone are no address'],
  ['DEMO', 'yes', /^DEMO must be 1 or 0/, 'neither'],
  ['LOG_LEVEL', 'loud', /^LOG_LEVEL must be one of fatal/, 'no such level'],
]

describe('what stops a start', () => {
  for (const [name, value, line, why] of BAD) {
    test(`${name} ${value === undefined ? 'left out' : JSON.stringify(value).slice(0, 60)}: ${why}`, () => {
      const lines = refusal({ ...GOOD, [name]: value })
      assert.equal(lines.length, 1, lines.join('\n'))
      assert.match(lines[0] ?? '', line)
      assert.doesNotMatch(lines.join(), /hunter2|a-secret-for-tests|database-password/, 'no value is repeated')
    })
  }

  test('no common parent and no COOKIE_DOMAIN: it must be set, if only to nothing', () => {
    const urls = { BANK_URL: 'http://bank.example.com', RETIREMENT_URL: 'http://retirement.example.org' }
    assert.match(refusal({ ...GOOD, ...urls }).join(), /^COOKIE_DOMAIN must be set/)
  })

  test('a secret given twice, and a file that is not there', () => {
    const { JWT_SECRET: _, ...rest } = GOOD
    const both = { ...GOOD, JWT_SECRET_FILE: fileWith('second', `k9:${SECRET}`) }
    assert.deepEqual(refusal(both), ['JWT_SECRET_FILE must not be set together with JWT_SECRET'])
    const missing = refusal({ ...rest, JWT_SECRET_FILE: join(folder, 'not-there') })
    assert.deepEqual(missing, ['JWT_SECRET_FILE must be the path of a readable file (ENOENT)'])
    assert.match(refusal({ ...rest, JWT_SECRET_FILE: fileWith('empty', '\n') }).join(), /^JWT_SECRET/)
    const short = refusal({ ...rest, JWT_SECRET_FILE: fileWith('short', 'hunter2') })
    assert.match(short.join(), /^JWT_SECRET_FILE must be .*32 bytes/)
    assert.doesNotMatch(short.join(), /hunter2/)
  })

  test('what two variables show together is said beside what each shows alone', () => {
    const lines = refusal({ ...GOOD, LOG_LEVEL: 'loud', COOKIE_DOMAIN: 'example.com', SESSION_IDLE_TTL: '43201' })
    assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), ['COOKIE_DOMAIN', 'LOG_LEVEL', 'SESSION_IDLE_TTL'])
  })

  test('everything that is wrong is said at once, one line for each variable', () => {
    const wrong = {
      PORT: 'hunter2',
      BANK_URL: 'hunter2',
      ACCESS_TOKEN_TTL: '5m',
      TRUST_PROXY: 'hunter2',
      DEMO: 'hunter2',
      LOG_LEVEL: 'hunter2',
      DATABASE_URL: 'hunter2',
      SESSION_STORE_URL: 'hunter2',
      JWT_SECRET: 'hunter2',
    }
    const lines = refusal(wrong)
    assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), Object.keys(wrong).sort())
    assert.ok(lines.every((line) => !line.includes('\n') && !line.includes('hunter2')))
  })
})
