import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import Fastify from 'fastify'
import { GOOD, HTTPS, read, refusal } from './environment.js'

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
