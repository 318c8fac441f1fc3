import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileWith, folder, GOOD, HTTPS, LOCAL_HTTPS, LOOPBACK, refusal, SECRET } from './environment.js'

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
