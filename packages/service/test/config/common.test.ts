import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cookieDomainOf } from '../../src/index.js'
import { fileWith, GOOD, HTTP, HTTPS, LOCAL_HTTPS, LOOPBACK, read, SECRET } from './environment.js'

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
