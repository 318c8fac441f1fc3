import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import Fastify from 'fastify'
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

const HTTPS = {
  BANK_URL: 'https://bank.example.com',
  RETIREMENT_URL: 'https://retirement.example.com',
  TRUST_PROXY: 'none',
}
const HTTP = { BANK_URL: 'http://bank.example.com', RETIREMENT_URL: 'http://retirement.example.com' }
const LOCAL_HTTPS = {
  BANK_URL: 'https://bank.signet.localhost',
  RETIREMENT_URL: 'https://retirement.signet.localhost',
  TRUST_PROXY: 'none',
}
const LOOPBACK = { BANK_URL: 'http://127.0.0.1:3001', RETIREMENT_URL: 'http://127.0.0.1:3002', COOKIE_DOMAIN: '' }

const folder = mkdtempSync(join(tmpdir(), 'signet-config-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const fileWith = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const read = (environment: Record<string, string | undefined>): CommonConfig =>
  readConfig<CommonConfig>(environment, commonSchema(3001, environment), {
    secrets: SECRET_VARIABLES,
    check: checkCommon,
  })

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

describe('a valid environment', () => {
  test('needs few variables, and others have their documented defaults', () => {
    const { JWT_SECRET, ...config } = read(GOOD)
    assert.deepEqual(
      { ...config },
      {
        HOST: '127.0.0.1',
        PORT: 3001,
        BANK_URL: 'http://bank.signet.localhost:3001',
        INSURANCE_URL: undefined,
        RETIREMENT_URL: 'http://retirement.signet.localhost:3002',
        BANK_INTERNAL_URL: 'http://127.0.0.1:3001',
        RETIREMENT_INTERNAL_URL: 'http://127.0.0.1:3002',
        COOKIE_DOMAIN: undefined,
        COOKIE_PREFIX: 'signet',
        ACCESS_TOKEN_TTL: 300,
        SESSION_IDLE_TTL: 3600,
        SESSION_TTL: 43_200,
        REVOCATION_MAX_AGE: 60,
        DATABASE_URL: GOOD.DATABASE_URL,
        SESSION_STORE_URL: GOOD.SESSION_STORE_URL,
        TRUST_PROXY: undefined,
        DEMO: true,
        LOG_LEVEL: 'info',
        SIGNET_VERSION: '0.1.0',
        SIGNET_COMMIT: 'unknown',
      },
    )
    assert.deepEqual([JWT_SECRET?.first.kid, JWT_SECRET?.first.signingKey], ['k1', SECRET])
  })

  test('reads a secret from a file and removes the final line break', () => {
    const { JWT_SECRET: _, ...rest } = GOOD
    const config = read({ ...rest, JWT_SECRET_FILE: fileWith('good', `k2:${SECRET}\n`) })
    assert.deepEqual([config.JWT_SECRET?.first.kid, config.JWT_SECRET?.first.signingKey], ['k2', SECRET])
  })

  test('accepts a list of secrets: the first signs, all verify', () => {
    const config = read({ ...GOOD, JWT_SECRET: `new:${SECRET}-new,old:${SECRET}-old` })
    assert.equal(config.JWT_SECRET?.first.kid, 'new')
    assert.deepEqual(
      config.JWT_SECRET?.all.map(({ kid }) => kid),
      ['new', 'old'],
    )
  })

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
    test(`the domain of the shared cookies is ${expected ?? 'host-only'}: ${why}`, () => {
      assert.equal(cookieDomainOf(read({ ...GOOD, ...env })), expected)
    })
  }

  const demos: ReadonlyArray<readonly [env: Record<string, string>, expected: boolean | 'public', why: string]> = [
    [{}, true, 'both hosts are below localhost'],
    [{ DEMO: '1' }, true, 'asked for, on this machine'],
    [{ DEMO: '0' }, false, 'switched off'],
    [{ ...LOCAL_HTTPS }, true, 'below localhost over https'],
    [HTTPS, false, 'hosts that others reach'],
    [{ ...HTTPS, RETIREMENT_URL: 'https://retirement.signet.localhost', COOKIE_DOMAIN: '' }, false, 'one of two hosts'],
    [{ ...HTTPS, BANK_URL: 'https://bank.localhost.example.com' }, false, 'localhost in the middle of a name'],
    [{ ...HTTPS, BANK_URL: 'https://notlocalhost', COOKIE_DOMAIN: '' }, false, 'localhost as the end of a word'],
    [{ ...LOOPBACK }, false, 'addresses are not below localhost'],
    [{ ...HTTPS, DEMO: 'public' }, 'public', 'allowed everywhere'],
    [{ ...HTTP, DEMO: 'public' }, 'public', 'allowed everywhere, over http'],
    [{ ...HTTPS, DEMO: '0' }, false, 'switched off, as it is'],
  ]
  for (const [env, expected, why] of demos) {
    test(`DEMO is ${expected}: ${why}`, () => assert.equal(read({ ...GOOD, ...env }).DEMO, expected))
  }

  const local = [
    'http://127.0.0.1:3001',
    'http://127.8.9.1',
    'http://[::1]:3001',
    'http://[::ffff:127.0.0.1]',
    'http://localhost:3001',
  ]
  for (const url of local) {
    test(`${url} is on this machine and needs no https`, () => {
      assert.equal(read({ ...GOOD, ...LOOPBACK, BANK_URL: url, DEMO: '0' }).BANK_URL, new URL(url).origin)
    })
  }
})

describe('TRUST_PROXY', () => {
  const TAKEN = [
    'none',
    '10.0.0.0/8, ::1,loopback',
    'loopback,linklocal,uniquelocal',
    '10.42.3.0/24,fd00:42::/64',
    '103.21.244.0/22,104.16.0.0/13,162.158.0.0/15,172.64.0.0/13,2400:cb00::/32,2606:4700::/32',
    '::ffff:10.0.0.0/104',
  ]
  for (const value of TAKEN) {
    test(`accepts ${value}, and so does Fastify`, () => {
      const { TRUST_PROXY: proxies } = read({ ...GOOD, ...HTTPS, TRUST_PROXY: value })
      assert.deepEqual(proxies, value === 'none' ? [] : value.split(',').map((entry) => entry.trim()))
      assert.doesNotThrow(() => Fastify({ trustProxy: proxies?.length ? proxies : false }))
    })
  }

  const EVERYBODY = [
    '0.0.0.0/0',
    '::/0',
    '1.2.3.4/0',
    '10.0.0.0/00',
    '0.0.0.0/1,128.0.0.0/1',
    '128.0.0.0/1, 64.0.0.0/2, 0.0.0.0/2',
    '10.0.0.1,0.0.0.0/1',
    '::/1,8000::/1',
    '2000::/3',
    '::ffff:0:0/96',
    '::ffff:0.0.0.0/96',
    '::/8',
    Array.from({ length: 256 }, (_, first) => `${first}.0.0.0/8`).join(),
  ]
  for (const value of EVERYBODY) {
    test(`refuses ${value.slice(0, 60)}: any client could choose its address`, () => {
      assert.match(refusal({ ...GOOD, TRUST_PROXY: value }).join(), /^TRUST_PROXY must be none, or .*large share/)
    })
  }

  test('must be set over https, at least to none', () => {
    const { TRUST_PROXY: _, ...https } = HTTPS
    for (const urls of [https, { BANK_URL: https.BANK_URL }]) {
      const lines = refusal({ ...GOOD, DEMO: '0', COOKIE_DOMAIN: '', ...urls })
      assert.ok(
        lines.some((line) => /^TRUST_PROXY must be set over https: .* or none$/.test(line)),
        lines.join('\n'),
      )
    }
  })
})

/** The changed variable, its value, and the start of the only expected line. */
const BAD: ReadonlyArray<readonly [name: string, value: string | undefined, line: RegExp, why: string]> = [
  ['HOST', 'my-laptop', /^HOST must be an IP address /, 'the name of the machine, as shells export it'],
  ['DATABASE_URL', undefined, /^DATABASE_URL is missing: /, 'nothing stands in for a missing database'],
  ['DATABASE_URL', '', /^DATABASE_URL /, 'empty is not set'],
  ['DATABASE_URL', 'mysql://role:hunter2@127.0.0.1/bank', /^DATABASE_URL must be /, 'another kind of database'],
  ['DATABASE_URL', 'postgresql://role:hunter2@127.0.0.1', /^DATABASE_URL must be /, 'no database named'],
  ['DATABASE_URL', 'postgresql://127.0.0.1/hunter2', /^DATABASE_URL must be .*role/, 'no role named'],
  ['SESSION_STORE_URL', 'postgresql://127.0.0.1/hunter2', /^SESSION_STORE_URL must be .*role/, 'no role named'],
  ['JWT_SECRET', 'hunter2', /^JWT_SECRET must be .*32 bytes/, 'short'],
  ['JWT_SECRET', `k1:${SECRET},k2:hunter2`, /^JWT_SECRET must be .*secret 2/, 'the second is short'],
  [
    'JWT_SECRET',
    `k1:${SECRET},k1:${SECRET}x`,
    /^JWT_SECRET must be .*has the kid of a later one/,
    'two keys of one name',
  ],
  ...['k1:', ''].flatMap((kid) => [
    ['JWT_SECRET', `${kid}${'a'.repeat(40)}`, /^JWT_SECRET must be .*random/, 'one character'] as const,
    ['JWT_SECRET', `${kid}${'é'.repeat(20)}`, /^JWT_SECRET must be .*random/, 'one character of two bytes'] as const,
    ['JWT_SECRET', `${kid}${'🔑'.repeat(8)}`, /^JWT_SECRET must be .*random/, 'one character of four bytes'] as const,
  ]),
  ['JWT_SECRET', `k1:${SECRET},k2:${'0'.repeat(32)}`, /^JWT_SECRET must be .*secret 2/, 'the second is one character'],
  ['JWT_SECRET', `k1:${'x'.repeat(31)}`, /^JWT_SECRET must be .*32 bytes/, 'one byte short'],
  ['PORT', '0', /^PORT must be a whole number from 1 to 65535/, 'no port'],
  ['PORT', '65536', /^PORT must be a whole number from 1 to 65535/, 'beyond the last'],
  ['PORT', '3001x', /^PORT must be a whole number/, 'not a number'],
  ['BANK_URL', 'http://bank.signet.localhost:3001/bank', /^BANK_URL must be an origin/, 'a path'],
  ['BANK_URL', 'http://bank.signet.localhost:3001?x=hunter2', /^BANK_URL must be an origin/, 'a query'],
  ['BANK_URL', 'http://u:hunter2@bank.signet.localhost', /^BANK_URL must be an origin/, 'user info'],
  ['BANK_URL', 'ftp://bank.signet.localhost', /^BANK_URL must be an origin/, 'not http'],
  ['BANK_URL', 'bank.signet.localhost', /^BANK_URL must be an origin/, 'no scheme'],
  ['RETIREMENT_URL', 'http://bank.signet.localhost:3001', /^RETIREMENT_URL must differ from BANK_URL/, 'the same app'],
  ['INSURANCE_URL', '', /^INSURANCE_URL must be an origin/, 'empty'],
  ['INSURANCE_URL', 'http://bank.signet.localhost:3001', /^INSURANCE_URL must differ from/, 'the bank itself'],
  [
    'INSURANCE_URL',
    'http://insurance.localhost:3003',
    /^INSURANCE_URL must be a host below signet\.localhost/,
    'elsewhere',
  ],
  ['INSURANCE_URL', 'http://signet.localhost:3003', /^INSURANCE_URL must be a host below/, 'the parent itself'],
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
  ['TRUST_PROXY', '', /^TRUST_PROXY must be none, or/, 'empty is not none'],
  ['TRUST_PROXY', 'fe80::1%eth0', /^TRUST_PROXY must be none, or/, 'a zone'],
  ['TRUST_PROXY', '10.0.0.0/255.0.0.0', /^TRUST_PROXY must be none, or/, 'a mask'],
  ['TRUST_PROXY', '010.0.0.1', /^TRUST_PROXY must be none, or/, 'an octal number'],
  ['TRUST_PROXY', 'none,10.0.0.1', /^TRUST_PROXY must be none, or/, 'none and one'],
  ['TRUST_PROXY', 'the load balancer', /^TRUST_PROXY must be none, or/, 'words'],
  ['TRUST_PROXY', 'true', /^TRUST_PROXY must be none, or/, 'trusting everybody'],
  ['TRUST_PROXY', '10.0.0.0/8, nonsense', /^TRUST_PROXY must be none, or/, 'one of two'],
  ['TRUST_PROXY', '999.1.1.1', /^TRUST_PROXY must be none, or/, 'no such address'],
  ['TRUST_PROXY', '10.0.0.0/99', /^TRUST_PROXY must be none, or/, 'no such network'],
  ['TRUST_PROXY', 'abc', /^TRUST_PROXY must be none, or/, 'hexadecimal digits alone are no address'],
  ['DEMO', 'yes', /^DEMO must be 1, 0 or public/, 'none of them'],
  ['DEMO', '', /^DEMO must be 1, 0 or public/, 'empty'],
  ['DEMO', 'Public', /^DEMO must be 1, 0 or public/, 'capitals'],
  ...['', 'Signet', '1signet', 'signet_a', 'a b', 'a;b', '-a', `a${'b'.repeat(32)}`].map(
    (value) => ['COOKIE_PREFIX', value, /^COOKIE_PREFIX must be 1 to 32 lower-case/, 'no part of a name'] as const,
  ),
  ['LOG_LEVEL', 'loud', /^LOG_LEVEL must be one of fatal/, 'no such level'],
]

describe('an invalid environment', () => {
  for (const [name, value, line, why] of BAD) {
    test(`${name} ${value === undefined ? 'left out' : JSON.stringify(value).slice(0, 60)}: ${why}`, () => {
      const lines = refusal({ ...GOOD, [name]: value })
      assert.equal(lines.length, 1, lines.join('\n'))
      assert.match(lines[0] ?? '', line)
      assert.doesNotMatch(lines.join(), /hunter2|a-secret-for-tests|database-password/, 'no value is repeated')
    })
  }

  test('refuses a third app with another scheme', () => {
    const urls = { INSURANCE_URL: 'https://insurance.signet.localhost', TRUST_PROXY: 'none' }
    assert.match(refusal({ ...GOOD, ...urls }).join(), /^INSURANCE_URL must have the scheme of BANK_URL/)
  })

  test('refuses a third app on another machine over http, and the demo beside it', () => {
    const lines = refusal({ ...GOOD, INSURANCE_URL: 'http://insurance.example.com', COOKIE_DOMAIN: '', DEMO: '1' })
    assert.match(lines.join('\n'), /^DEMO must be 0 or public.*\nINSURANCE_URL must be https/)
  })

  test('requires COOKIE_DOMAIN, possibly empty, when the hosts have no common parent', () => {
    const urls = { ...HTTPS, RETIREMENT_URL: 'https://retirement.example.org' }
    assert.match(refusal({ ...GOOD, ...urls }).join(), /^COOKIE_DOMAIN must be set/)
  })

  test('refuses public URLs with different schemes', () => {
    const urls = { ...LOCAL_HTTPS, BANK_URL: 'http://bank.signet.localhost' }
    assert.match(refusal({ ...GOOD, ...urls }).join(), /^RETIREMENT_URL must have the scheme of BANK_URL/)
  })

  test('refuses http for hosts of other machines, with a line for each', () => {
    for (const host of ['example.com', '10.0.0.1', '0.0.0.0', '[::]', '[::ffff:10.0.0.1]', 'localhost.example.com']) {
      const urls = { BANK_URL: `http://${host}:3001`, RETIREMENT_URL: `http://${host}:3002`, COOKIE_DOMAIN: '' }
      const lines = refusal({ ...GOOD, ...urls })
      assert.deepEqual(
        lines.map((line) => line.split(' must be https: ')[0]),
        ['BANK_URL', 'RETIREMENT_URL'],
        host,
      )
    }
  })

  test('refuses a demo that other machines can reach', () => {
    const expected = ['DEMO must be 0 or public: 1 is only for public hosts below localhost']
    assert.deepEqual(refusal({ ...GOOD, ...HTTPS, DEMO: '1' }), expected)
    assert.deepEqual(refusal({ ...GOOD, ...LOOPBACK, DEMO: '1' }), expected)
    const oneOfTwo = { ...HTTPS, BANK_URL: LOCAL_HTTPS.BANK_URL, COOKIE_DOMAIN: '', DEMO: '1' }
    assert.deepEqual(refusal({ ...GOOD, ...oneOfTwo }), expected)
  })

  test('refuses a secret that is given twice, and a missing file', () => {
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

  test('reports rules across variables together with invalid variables', () => {
    const lines = refusal({ ...GOOD, LOG_LEVEL: 'loud', COOKIE_DOMAIN: 'example.com', SESSION_IDLE_TTL: '43201' })
    assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), ['COOKIE_DOMAIN', 'LOG_LEVEL', 'SESSION_IDLE_TTL'])
  })

  test('reports every problem at once, one line per variable', () => {
    const wrong = {
      PORT: 'hunter2',
      BANK_URL: 'hunter2',
      ACCESS_TOKEN_TTL: '5m',
      TRUST_PROXY: 'hunter2',
      COOKIE_PREFIX: 'Hunter2',
      DEMO: 'hunter2',
      LOG_LEVEL: 'hunter2',
      DATABASE_URL: 'hunter2',
      SESSION_STORE_URL: 'hunter2',
      JWT_SECRET: 'hunter2',
    }
    const lines = refusal(wrong)
    assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), Object.keys(wrong).sort())
    assert.ok(lines.every((line) => !line.includes('\n') && !/hunter2/i.test(line)))
  })
})
