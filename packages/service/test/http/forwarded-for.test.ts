import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import Fastify from 'fastify'
import { forwardedFor } from '../../src/http/forwarded-for.js'

const PROXY = '10.0.0.1'

/** Returns `request.ip` of a request through a trusted proxy. */
async function addressOf(forwarded: string | string[] | undefined, remoteAddress = PROXY): Promise<string> {
  const app = Fastify({ trustProxy: ['10.0.0.0/8'] })
  await app.register(forwardedFor)
  app.get('/', async (request) => request.ip)
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const { body } = await app.inject({ url: '/', remoteAddress, headers })
  return body
}

const ROWS: ReadonlyArray<readonly [header: string | string[] | undefined, address: string, why: string]> = [
  [undefined, PROXY, 'no header'],
  ['198.51.100.8', '198.51.100.8', 'an address'],
  ['198.51.100.8:50001', '198.51.100.8', 'a port, as some load balancers add it'],
  ['198.51.100.8:50002', '198.51.100.8', 'another port is no other client'],
  ['[2001:db8::1]:443', '2001:db8::1', 'IPv6 with a port'],
  ['[2001:db8::1]', '2001:db8::1', 'IPv6 in brackets'],
  ['2001:db8::1', '2001:db8::1', 'IPv6'],
  ['2001:DB8:0:0::1', '2001:db8::1', 'one spelling of an address'],
  ['::ffff:198.51.100.8', '198.51.100.8', 'IPv4 as IPv6 spells it'],
  ['[::ffff:c633:6408]:1', '198.51.100.8', 'the same in hexadecimal'],
  ['203.0.113.9, 198.51.100.8:1', '198.51.100.8', 'what the client said of itself stands before'],
  [' 198.51.100.8 , 10.0.0.2:80', '198.51.100.8', 'two proxies, blanks, a port at the inner one'],
  [['203.0.113.9', '198.51.100.8:7'], '198.51.100.8', 'two headers'],
  ['unknown, 198.51.100.8', '198.51.100.8', 'no address before one'],
  ['198.51.100.8, unknown', PROXY, 'the proxy does not say whom it saw'],
  ...[
    'unknown',
    '',
    ',',
    '_hidden',
    '198.51.100.8:',
    '198.51.100.8:x',
    '198.51.100.8:65536',
    '198.51.100.8:1:2',
    '198.51.100',
    '198.51.100.08',
    '0xc6.0x33.0x64.0x08',
    '[198.51.100.8]:1',
    '[2001:db8::1',
    '[2001:db8::1]x',
    'fe80::1%eth0',
    '[fe80::1%eth0]:1',
    'client.example.com',
    '"198.51.100.8"',
  ].map((header) => [header, PROXY, 'no address: never a new client'] as const),
]

describe('X-Forwarded-For', () => {
  for (const [header, address, why] of ROWS) {
    test(`${JSON.stringify(header)} is ${address}: ${why}`, async () => assert.equal(await addressOf(header), address))
  }

  test('from an untrusted client is ignored', async () => {
    assert.equal(await addressOf('198.51.100.8:1', '203.0.113.9'), '203.0.113.9')
  })
})
