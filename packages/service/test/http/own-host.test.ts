import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import type { App } from '../../src/index.js'
import { createTestService, issueToken, RETIREMENT } from '../support.js'

const PUBLIC = 'retirement.signet.localhost:3002'
const cookie = `signet_token=${issueToken()}`

/** Sends one request over a real socket: `inject` would set the host, and keep only one of two. */
async function answerTo(port: number, ...head: string[]): Promise<{ status: number; location?: string; body: string }> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write([...head, 'Connection: close', '', ''].join('\r\n'))
  const [headers = '', body = ''] = (await text(socket)).split('\r\n\r\n')
  const [, location] = /^location: (.*)$/im.exec(headers) ?? []
  return { status: Number(headers.split(' ')[1]), ...(location === undefined ? {} : { location }), body }
}

const codeIn = (body: string): unknown => (body.startsWith('{') ? JSON.parse(body).code : undefined)

describe('the Host header', () => {
  let app: App
  let port: number
  before(async () => {
    app = await createTestService()
    await app.listen({ port: 0, host: '127.0.0.1' })
    port = (app.server.address() as AddressInfo).port
  })
  after(() => app.close())

  const accepted = [
    PUBLIC,
    PUBLIC.toUpperCase(),
    'retirement.signet.localhost:03002',
    'retirement:3002',
    'RETIREMENT:3002',
    'localhost',
    'localhost:1',
    'LocalHost:3002',
    'localhost.:3002',
    '127.0.0.1:3002',
    '127.8.9.10',
    '127.1:3002',
    '[::1]:3002',
    '[0:0:0:0:0:0:0:1]',
  ]
  for (const host of accepted) {
    test(`is accepted: ${host}`, async () => {
      const { status } = await answerTo(port, 'GET /api/notes/1 HTTP/1.1', `Host: ${host}`)
      assert.equal(status, 200)
    })
  }

  const refused = [
    ['another name', 'evil.example'],
    ['an address of the network', '10.0.0.1:3002'],
    ['the port of another service', 'retirement.signet.localhost:3001'],
    ['no port where there is one', 'retirement.signet.localhost'],
    ['the other service', 'bank.signet.localhost:3001'],
    ['the internal name with another port', 'retirement:3001'],
    ['the public name as the beginning of another', 'retirement.signet.localhost.evil.example:3002'],
    ['the public name as the end of another', 'evil-retirement.signet.localhost:3002'],
    ['a loopback address as the beginning of another name', '127.0.0.1.evil.example'],
    ['another name below localhost', 'evil.localhost:3002'],
    ['the public name as user info', `${PUBLIC}@evil.example`],
    ['user info before the public name', `evil.example@${PUBLIC}`],
    ['a path', `${PUBLIC}/evil.example`],
    ['a list', `${PUBLIC}, evil.example`],
    ['the public name with a trailing dot', 'retirement.signet.localhost.:3002'],
    ['a port that is none', 'localhost:x'],
    ['a number beyond the address', '127.0.0.256'],
    ['all addresses', '0.0.0.0:3002'],
    ['an empty name', ''],
  ] as const
  for (const [why, host] of refused) {
    test(`is refused: ${why}`, async () => {
      for (const line of ['GET /api/notes/1 HTTP/1.1', 'POST /api/notes HTTP/1.1', 'GET /nothing HTTP/1.1']) {
        const { status, body } = await answerTo(port, line, `Host: ${host}`)
        assert.deepEqual([status, codeIn(body)], [421, 'misdirected_request'], line)
      }
    })

    test(`is accepted by probes and scrapers: ${why}`, async () => {
      for (const path of ['/healthz', '/readyz', '/metrics']) {
        assert.equal((await answerTo(port, `GET ${path} HTTP/1.1`, `Host: ${host}`)).status, 200)
      }
    })
  }

  test('a page under a foreign name names the right host and shows nothing of the user', async () => {
    const page = await answerTo(port, 'GET / HTTP/1.1', 'Host: evil.example', `Cookie: ${cookie}`)
    assert.equal(page.status, 421)
    assert.ok(page.body.includes(RETIREMENT))
    assert.doesNotMatch(page.body, /Lovelace/)
  })

  const unnamed: ReadonlyArray<readonly [why: string, head: string[], status: number]> = [
    ['none', ['GET /api/notes/1 HTTP/1.1'], 400],
    ['none, at a probe', ['GET /healthz HTTP/1.1'], 400],
    ['two', ['GET /api/notes/1 HTTP/1.1', `Host: ${PUBLIC}`, 'Host: evil.example'], 400],
    ['two, the foreign one first', ['GET /api/notes/1 HTTP/1.1', 'Host: evil.example', `host: ${PUBLIC}`], 400],
    ['the same twice', ['GET /api/notes/1 HTTP/1.1', `Host: ${PUBLIC}`, `HOST: ${PUBLIC}`], 400],
    ['two, at a probe', ['GET /healthz HTTP/1.1', `Host: ${PUBLIC}`, 'Host: evil.example'], 400],
    ['none, by HTTP/1.0', ['GET /api/notes/1 HTTP/1.0'], 400],
    ['none, by a probe of HTTP/1.0', ['GET /healthz HTTP/1.0'], 200],
  ]
  for (const [why, head, expected] of unnamed) {
    test(`must be sent exactly once: ${why}`, async () => {
      const { status, body } = await answerTo(port, ...head)
      assert.equal(status, expected)
      if (expected === 400) assert.equal(codeIn(body), 'invalid_request')
    })
  }

  const absolute: ReadonlyArray<readonly [authority: string, host: string, status: number]> = [
    [PUBLIC, PUBLIC, 200],
    ['127.0.0.1:3002', PUBLIC, 200],
    ['evil.example', PUBLIC, 421],
    [PUBLIC, 'evil.example', 421],
    [`evil.example@${PUBLIC}`, PUBLIC, 421],
    ['', PUBLIC, 421],
  ]
  for (const [authority, host, expected] of absolute) {
    test(`the authority of a full URL is checked like the header: ${authority}, ${host}`, async () => {
      const { status } = await answerTo(port, `GET http://${authority}/api/notes/1 HTTP/1.1`, `Host: ${host}`)
      assert.equal(status, expected)
    })
  }

  const led: ReadonlyArray<readonly [host: string, target: string, location: string]> = [
    ['127.0.0.1:3002', '/', '/'],
    ['localhost:9', '/docs?a=1&b=%2F', '/docs?a=1&b=%2F'],
    ['[::1]', '/?next=//evil.example', '/?next=//evil.example'],
    ['retirement.signet.localhost.:3002', '/docs', '/docs'],
    ['localhost', 'http://localhost/docs?a=1', '/docs?a=1'],
  ]
  for (const [host, target, location] of led) {
    test(`a page under a loopback or absolute name redirects to the public origin: ${host} ${target}`, async () => {
      for (const method of ['GET', 'HEAD']) {
        const answer = await answerTo(port, `${method} ${target} HTTP/1.1`, `Host: ${host}`, `Cookie: ${cookie}`)
        assert.deepEqual([answer.status, answer.location], [302, RETIREMENT + location])
      }
    })
  }

  test('a form under a loopback name is not redirected, because its body would be lost', async () => {
    const { status } = await answerTo(port, 'POST /form HTTP/1.1', 'Host: localhost:3002')
    assert.equal(status, 200)
  })
})

describe('equivalent URLs', () => {
  let app: App
  let port: number
  before(async () => {
    app = await createTestService()
    await app.listen({ port: 0, host: '127.0.0.1' })
    port = (app.server.address() as AddressInfo).port
  })
  after(() => app.close())
  const get = (target: string) => answerTo(port, `GET ${target} HTTP/1.1`, `Host: ${PUBLIC}`, 'Accept: text/html')

  for (const target of [`http://${PUBLIC}/api/nothing`, '/%61pi/nothing', '/%61%70%69/nothing', '/api', '/api?a=1']) {
    test(`the API responds with JSON: ${target}`, async () => {
      const { status, body } = await get(target)
      assert.deepEqual([status, codeIn(body)], [404, 'not_found'])
    })
  }

  for (const [target, path] of [
    [`http://${PUBLIC}/?a=1`, '/?a=1'],
    [`http://${PUBLIC}`, '/'],
  ] as const) {
    test(`the sign-in returns to it: ${target}`, async () => {
      const { location } = await get(target)
      assert.equal(new URL(location ?? '').searchParams.get('return_to'), RETIREMENT + path)
    })
  }

  for (const [target, expected] of [
    ['/docs/', 200],
    ['/api/notes/1/?limit=7', 200],
    ['/api/notes/', 405],
    ['/healthz/', 200],
  ] as const) {
    test(`a trailing slash changes nothing: ${target}`, async () => {
      assert.equal((await get(target)).status, expected)
    })
  }
})

describe('the host behind a proxy on this machine', () => {
  test('is the forwarded one if the proxy is trusted, without a redirect loop', async (t) => {
    for (const [trustProxy, status] of [
      [['127.0.0.1'], 200],
      [[], 302],
    ] as const) {
      const app = await createTestService({ trustProxy: [...trustProxy] })
      t.after(() => app.close())
      const headers = { host: '127.0.0.1:3002', 'x-forwarded-host': PUBLIC, cookie }
      assert.equal((await app.inject({ url: '/', headers })).statusCode, status)
    }
  })

  test('a foreign forwarded name does not override the Host header', async (t) => {
    const app = await createTestService({ trustProxy: ['127.0.0.1'] })
    t.after(() => app.close())
    const forwarded = { 'x-forwarded-host': 'evil.example', cookie }
    assert.equal((await app.inject({ url: '/', headers: forwarded })).statusCode, 200)
    const led = await app.inject({ url: '/', headers: { ...forwarded, host: '127.0.0.1' } })
    assert.deepEqual([led.statusCode, led.headers.location], [302, `${RETIREMENT}/`])
  })
})
