import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { App } from '../../src/index.js'
import { BANK, createTestService, issueToken, refusalOf } from '../support.js'

const STATUS = { status_list: { idx: 0, uri: `${BANK}/status-lists/0` } }

describe('GET /api/session/events', () => {
  let app: App
  let url: string
  beforeEach(async () => {
    app = await createTestService()
    await app.listen({ host: '127.0.0.1', port: 0 })
    url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/session/events`
  })
  afterEach(() => app.close())

  async function open(token = issueToken()) {
    const { status, headers, body } = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    assert.ok(body)
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    const first = (await reader.read()).value
    const rest = async () => {
      let text = ''
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return text
        text += value
      }
    }
    return { status, headers, first, rest, cancel: () => reader.cancel() }
  }

  test('is a stream that ends with the session', async () => {
    const { status, headers, first, rest } = await open()
    assert.deepEqual(
      [status, headers.get('content-type'), headers.get('cache-control')],
      [200, 'text/event-stream', 'no-store'],
    )
    assert.equal(first, 'retry: 2000\n\n')
    app.statusLists.markRevoked({ status: STATUS })
    assert.equal(await rest(), 'event: ended\ndata: {"code":"token_revoked"}\n\n')
    assert.equal(app.heldResponses.count(), 0)
  })

  test('carries events of its user, and none of another user', async () => {
    const { rest } = await open()
    app.notifyUser('u-2', 'notice')
    app.notifyUser('u-1', 'notice')
    app.statusLists.markRevoked({ status: STATUS })
    assert.equal(await rest(), 'event: notice\ndata:\n\nevent: ended\ndata: {"code":"token_revoked"}\n\n')
    app.notifyUser('u-1', 'notice')
  })

  test('writes nothing after its end, whatever its client reads', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const { rest } = await open()
    app.statusLists.markRevoked({ status: STATUS })
    t.mock.timers.tick(60_000)
    assert.equal(await rest(), 'event: ended\ndata: {"code":"token_revoked"}\n\n')
    await app.close()
  })

  test('is refused without a session, and with a revoked one', async () => {
    assert.deepEqual(refusalOf(await app.inject('/api/session/events')), [401, 'token_missing'])
    app.statusLists.markRevoked({ status: STATUS })
    const headers = { authorization: `Bearer ${issueToken()}` }
    assert.deepEqual(refusalOf(await app.inject({ url: '/api/session/events', headers })), [401, 'token_revoked'])
  })

  test('says nothing of the session when the service closes, and does not delay that', async () => {
    const { rest } = await open()
    const ended = rest()
    await app.close()
    assert.equal(await ended, '')
  })

  test('is open at most 32 times for a session, and a closed one makes room', async () => {
    const streams = []
    for (let opened = 0; opened < 32; opened += 1) streams.push(await open())
    const headers = { authorization: `Bearer ${issueToken()}` }
    assert.deepEqual(refusalOf(await app.inject({ url: '/api/session/events', headers })), [429, 'rate_limited'])
    await streams.shift()?.cancel()
    while (app.heldResponses.count() > 31) await new Promise((resolve) => setImmediate(resolve))
    streams.push(await open())
    await Promise.all(streams.map((stream) => stream.cancel()))
  })

  test('is no request in flight', async () => {
    const stream = await open()
    const { body } = await app.inject('/metrics')
    assert.match(body, /^http_responses_held\{[^}]*\} 1$/m)
    assert.match(body, /^http_requests_in_flight\{[^}]*\} 1$/m)
    await stream.cancel()
  })
})
